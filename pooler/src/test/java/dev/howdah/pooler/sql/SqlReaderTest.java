package dev.howdah.pooler.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlReaderTest {
  private final SqlReader reader = new SqlReader();

  @Test
  void plain_texts_share_their_facts() {
    StatementFacts facts = reader.read("SELECT a, lower(b) FROM t WHERE c = ANY('{1}')");

    assertThat(facts).isSameAs(reader.read("/* x */ select 'y' ;; -- z"));
    assertThat(facts.isPlain()).isTrue();
    assertThat(facts.onlyKind()).isEqualTo(StatementKind.SELECT);
    assertThat(facts.firstWord()).isEqualTo("select");
    assertThat(facts.hasParameters()).isFalse();
    assertThat(reader.read("SELECT $1").isPlain()).isTrue();
    assertThat(reader.read("SELECT $1").hasParameters()).isTrue();
    assertThat(reader.read("WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a").statements())
        .containsExactly(new Statement.With(SourceRange.WHOLE, StatementKind.INSERT));
  }

  @Test
  void a_text_without_statements_has_none() {
    for (String sql : List.of("", " ", ";", " ; -- x", "/* y */")) {
      assertThat(reader.read(sql).statements()).isEmpty();
      assertThat(reader.read(sql).isPlain()).isTrue();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "select ';'; select 2 | SELECT SELECT",
        "begin; update t set a = 1; commit | BEGIN UPDATE COMMIT",
        "select $$;$$; values (1); table t; (select 1) | SELECT VALUES TABLE SELECT",
        "create rule r as on insert to t do also (delete from a; delete from b); select 1 | CREATE SELECT",
        "create function f() returns int begin atomic select 1; select case when true then 1 end; end; select 2 | CREATE SELECT",
        "create or replace procedure p() begin atomic end; select 2 | CREATE SELECT",
        "create function f(\"begin\" int) returns int return 1; select 2 | CREATE SELECT",
        "create function begin() returns int as 'select 1' language sql; select 2 | CREATE SELECT",
        "create table begin (atomic int); end; select 1 | CREATE COMMIT SELECT",
        "create function f() returns int begin atomic select 1 as \"end\"; select a.end from a; end; select 1 | CREATE SELECT"
      })
  void semicolons_separate_statements_only_where_postgresql_says_so(String sql, String kinds) {
    String found =
        String.join(" ", reader.read(sql).statements().stream().map(s -> s.kind().name()).toList());

    assertThat(found).isEqualTo(kinds);
  }

  @Test
  void ranges_leave_out_comments_and_semicolons_around_a_statement() {
    String sql = "/* é */ select 1 /* b */ ; -- c\n  listen \"é\" ;";

    StatementFacts facts = reader.read(sql);

    assertThat(facts.statements().get(0).range().of(sql)).isEqualTo("select 1");
    assertThat(facts.statements().get(1).range().of(sql)).isEqualTo("listen \"é\"");
    Statement.Listen listen = (Statement.Listen) facts.statements().get(1);
    assertThat(listen.channel().range().of(sql)).isEqualTo("\"é\"");
  }

  @Test
  void a_buffer_is_read_like_an_array() {
    byte[] sql = "xx select nextval('a') from \"été\"; listen x".getBytes(StandardCharsets.UTF_8);
    ByteBuf direct = Unpooled.directBuffer().writeBytes(sql);
    ByteBuf heap = Unpooled.wrappedBuffer(sql);

    String expected = reader.read(sql, 2, sql.length - 2, SqlRules.STANDARD).toString();

    assertThat(reader.read(direct, 2, sql.length - 2, SqlRules.STANDARD)).hasToString(expected);
    assertThat(reader.read(heap, 2, sql.length - 2, SqlRules.STANDARD)).hasToString(expected);
    direct.release();
    heap.release();
  }

  @Test
  void what_cannot_be_read_has_no_statements() {
    StatementFacts facts = reader.read("listen a; select 'b");

    assertThat(facts.cannotBeRead()).isTrue();
    assertThat(facts.unreadable()).isEqualTo(Unreadable.UNTERMINATED_STRING);
    assertThat(facts.statements()).isEmpty();
    assertThat(facts.firstWord()).isEqualTo("listen");
    assertThat(reader.read("select 1;".repeat(10_001)).unreadable())
        .isEqualTo(Unreadable.TOO_MANY_STATEMENTS);
    assertThat(reader.read("select 1;".repeat(10_000)).statements()).hasSize(10_000);
  }

  @Test
  void hints_stand_in_comments_before_the_first_statement() {
    String sql = " /* x */ /* Howdah: Target=replica, a=b */ select 1 /* howdah: c=d */";

    assertThat(reader.read(sql).hints()).isEqualTo(Map.of("target", "replica", "a", "b"));
    assertThat(reader.read("select 1").hints()).isEmpty();
    assertThat(reader.read("/* howdah: a=b").cannotBeRead()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "select pg_advisory_lock(1) | ADVISORY_LOCK",
        "select pg_catalog.pg_try_advisory_lock_shared (1, 2) | ADVISORY_LOCK",
        "select \"pg_advisory_lock\"(1) | ADVISORY_LOCK",
        "select u&\"pg!005fadvisory_lock\" uescape '!' /* x */ (1) | ADVISORY_LOCK",
        "select PG_TRY_ADVISORY_LOCK/**/(1) | ADVISORY_LOCK",
        "select \"PG_ADVISORY_LOCK\"(1) | UNKNOWN_FUNCTION",
        "select pg_advisory_unlock(1), pg_advisory_unlock_all() | ADVISORY_UNLOCK",
        "select pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(2) | ",
        "select 'pg_advisory_lock(1)', pg_advisory_lock from t -- pg_advisory_lock(1) | ",
        "select set_config('a', 'b', true) | SET_CONFIG",
        "select nextval('a') | NEXTVAL",
        "select setval('a', 1), currval('a'), lastval() | SETVAL CURRVAL LASTVAL",
        "insert into t (nextval) values (1) | ",
        "select setseed(0.5) | SETSEED",
        "create temp table t (a int) | TEMP_OBJECT",
        "create temporary table t on commit delete rows as select 1 | TEMP_OBJECT",
        "create local temp table t (a int) on commit drop | ",
        "create temp table t on commit drop as select 1 | ",
        "create temp view v as select 1 | TEMP_OBJECT",
        "create or replace temp view v as select 1 | TEMP_OBJECT",
        "create temporary sequence s | TEMP_OBJECT",
        "create table pg_temp.t (a int) | TEMP_OBJECT",
        "create function \"pg_temp\".f() returns int return 1 | TEMP_OBJECT",
        "select 1 into temp t | TEMP_OBJECT",
        "select a into local temporary table t from b | TEMP_OBJECT",
        "with a as (select 1) select * into temp t from a | TEMP_OBJECT",
        "explain analyze create temp table t as select 1 | TEMP_OBJECT",
        "insert into temp (a) values (1) | ",
        "select a into b from c | ",
        "explain prepare a as listen b | MALFORMED",
        "prepare a as prepare b as select 1 | MALFORMED",
        "set search_path = pg_temp, public | TEMP_SEARCH_PATH",
        "set search_path to 'pg_temp' | TEMP_SEARCH_PATH",
        "declare c cursor with hold for select 1 | HELD_CURSOR",
        "declare c cursor without hold for select 1 | ",
        "load 'auto_explain' | LOAD",
        "do $$ begin perform 1; end $$ | DO",
        "call p(1) | CALL UNKNOWN_FUNCTION",
        "set session authorization a | SESSION_AUTHORIZATION",
        "set session authorization default | ",
        "reset session authorization | ",
        "select dblink_connect('a', 'b') | EXTENSION_STATE UNKNOWN_FUNCTION",
        "select pg_notify('a', 'b') | NOTIFY_FUNCTION",
        "select pg_listening_channels() | LISTENING_CHANNELS",
        "select pg_backup_start('a') | SESSION_FUNCTION",
        "select query_to_xml('select 1', true, true, '') | SQL_IN_TEXT",
        "update pg_settings set setting = 'a' where name = 'b' | SET_CONFIG",
        "with a as (update only pg_catalog.\"pg_settings\" set setting = '1') select 1 | SET_CONFIG",
        "update only (pg_settings) set setting = '1' | SET_CONFIG",
        "select * from (pg_settings) | ",
        "select * from pg_settings | ",
        "copy (select pg_advisory_lock(1)) to stdout | ADVISORY_LOCK",
        "prepare a as select pg_advisory_lock(1) | ADVISORY_LOCK",
        "listen | MALFORMED",
        "set | MALFORMED",
        "discard everything | MALFORMED",
        "begin isolation level chaos | MALFORMED"
      })
  void suspicions_are_raised_by_names(String sql, String expected) {
    String found =
        String.join(" ", reader.read(sql).suspicionSet().stream().map(Suspicion::name).toList());

    assertThat(found).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select f(1)",
        "select public.lower('a')",
        "select a from b where f (a)",
        "select distinct on (a) f(a) from b",
        "insert into t values (f(1))",
        "create table t as select f(1)",
        "explain select \"f\"(1)",
        "select \"in\"(1)",
        "execute a(f(1))"
      })
  void an_unknown_function_is_noticed(String sql) {
    assertThat(reader.read(sql).suspects(Suspicion.UNKNOWN_FUNCTION)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select count(*), coalesce(a, b) from c where d in (1) and (e or exists (select 1))",
        "select pg_catalog.lower('a'), information_schema._pg_truetypid(a) from b",
        "insert into t (a) select 1 on conflict (a) do update set (b, c) = (1, 2)",
        "insert into s.t as x (a) values (1) returning (a)",
        "with a (b) as (select 1), c (d) as materialized (select 2) select * from a",
        "with recursive a(b) as (select 1) select * from a",
        "select 'a'::varchar(10), cast(b as numeric(10, 2)), c::my_type(3) from d",
        "select * from unnest('{1}'::int[]) as t (a) join lateral (select 1) u (b) on (true)",
        "select sum(a) filter (where b) over (partition by (c)) from d group by grouping sets ((a))",
        "update t set a = (select 1) from b c (d) where (a) = any (array[1])",
        "create table t (a f(1))",
        "copy t (a, b) from stdin",
        "prepare a (int) as select 1",
        "execute a (1)",
        "alter table t add constraint c check (f(a))"
      })
  void what_is_built_in_or_no_call_is_not_an_unknown_function(String sql) {
    assertThat(reader.read(sql).suspicionSet()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "select set_config('A.b', 'c', false) | a.b SESSION",
        "select set_config('a', 'b', TRUE) | a TRANSACTION",
        "select set_config(E'\\x61', current_setting('a') + ',b', false) | a SESSION",
        "select set_config($1, $2, $3) | null UNKNOWN",
        "select set_config('a' + 'b', 'c', false) | null SESSION",
        "select set_config('a', (select f(1, 2)), not false) | a UNKNOWN",
        "select set_config('a', 'b', false or true) | a UNKNOWN",
        "select set_config(is_local => false, setting_name => 'a', new_value => 'b') | null UNKNOWN",
        "select set_config('a', | a UNKNOWN"
      })
  void calls_of_set_config_tell_name_and_reach(String sql, String expected) {
    SetConfigCall call = reader.read(sql).setConfigCalls().getFirst();

    assertThat(call.name() + " " + call.reach()).isEqualTo(expected);
  }

  @Test
  void many_calls_of_set_config_end_with_one_that_stands_for_any() {
    StatementFacts facts = reader.read("select " + "set_config('a','b',true),".repeat(99) + "1");

    assertThat(facts.setConfigCalls()).hasSize(16);
    assertThat(facts.setConfigCalls().getLast().name()).isNull();
  }
}
