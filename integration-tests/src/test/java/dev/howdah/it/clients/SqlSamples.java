package dev.howdah.it.clients;

import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementKind;
import java.util.List;

/** Texts, and parts to make texts of, for {@link SqlReadingTest}. */
final class SqlSamples {
  /** Each by itself; those that need a transaction are refused, and not compared. */
  static final List<String> SINGLE =
      List.of(
          "",
          " ; ;; -- nothing",
          "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE",
          "START TRANSACTION READ ONLY, DEFERRABLE",
          "begin; commit and chain; rollback and no chain",
          "begin; abort work",
          "begin; end transaction",
          "begin; savepoint \"A\"; release \"A\"; savepoint savepoint; rollback to savepoint savepoint",
          "begin; declare c cursor for select 1; fetch forward 1 from c; move c; close c",
          "declare h no scroll cursor with hold for select 1; close all",
          "set local work_mem = '1MB'",
          "set session work_mem to default; reset work_mem; reset all",
          "set time zone interval '+02:00' hour to minute; set time zone local; set time zone -3",
          "set names 'UTF8'; set schema 'public'; set role none; set xml option content",
          "set session authorization default; set session characteristics as transaction read write",
          "set search_path = \"$user\", public; set a.b =-1; set local.a = 1; set session.a to b",
          "begin; set transaction isolation level serializable, read only; set constraints all deferred",
          "show all; show time zone; show session authorization; show transaction isolation level",
          "discard all",
          "discard plans; discard sequences; discard temp; discard temporary",
          "prepare p (int) as select $1; execute p(1); explain execute p(1); deallocate p",
          "prepare prepare as values (1); deallocate prepare prepare; deallocate prepare all",
          "prepare p as select 1; create temp table x as execute p; drop table x; deallocate all",
          "listen A; notify A; notify \"A\", 'x'; unlisten A; unlisten *",
          "do $$ begin perform 1; end $$",
          "create or replace procedure p(a int) language sql begin atomic select 1; end; call p(1)",
          "create or replace function f() returns int begin atomic select case when true then 1 end; end",
          "create or replace function f() returns int return 1; drop function f",
          "begin; lock table t; lock t in share mode",
          "copy t to stdout",
          "copy (select 1; ) to stdout",
          "vacuum t",
          "analyze t; cluster; reindex table t; checkpoint; truncate t",
          "create table u (a int); alter table u add b int; comment on table u is 'x'; drop table u",
          "create rule r as on insert to t do also (select 1; select 2); drop rule r on t",
          "create temp table x (a int) on commit drop",
          "create materialized view v as select 1 as a; refresh materialized view v; drop materialized view v",
          "grant select on t to public; revoke select on t from public",
          "select 1 into temp x; drop table x",
          "insert into t values (1, 'a;b'); update t set a = 2; delete from t",
          "merge into t using (select 1 as a) u on t.a = u.a when matched then delete",
          "with x as (select 1 as a) select * from x; with recursive y as (select 1) insert into t select * from y",
          "with \"insert\" as (select 1), b as (insert into t values (1) returning a) delete from t",
          "values (1); table t; (select 1); ((select 2) union select 3)",
          "explain select 1; explain (analyze, costs off) select 1; explain analyze verbose select 1",
          "security label on table t is 'x'",
          "create schema if not exists z create table z.a (b int); drop schema z cascade");

  /** Statements that can be run in any number and order. */
  static final List<String> PARTS =
      List.of(
          "select 1",
          "select ';'",
          "select E'\\';', 'a'\n';'",
          "select $a$;$$ $ $a$, $$'$$",
          "select 1 as \";\"\"\"",
          "values (1 /* ; /* '; */ */)",
          "select 1 -- ';\n",
          "select a.b from (select 1 as b) as a",
          "create or replace function f() returns int begin atomic select 1; select case 1 when 1 then 2 end as \"end\"; end",
          "create or replace function f() returns int language sql as $$ select 1; select 2 $$",
          "create or replace procedure begin() begin atomic end",
          "create or replace procedure begin(\"end\" int default case when true then 1 end) begin atomic select 1 as end; end",
          "set a.b = ';'",
          "savepoint x",
          "begin",
          "commit",
          "end",
          "rollback",
          "listen \"a;b\"",
          "",
          "/* ; */",
          "select U&'\\003b', U&\"!003b\" uescape '!' from (select 1 as \";\") as q",
          "with x as (values (1)) table x",
          "create rule r as on insert to t do also (select 1; select 2); drop rule r on t",
          "select 1\\",
          "select 'a",
          "select /* /* */");

  static final List<String> SEPARATORS = List.of(";", " ; ", ";;", ";\n-- ;\n", "; /* ; */ ", ";");

  /** Mostly nonsense. */
  static final List<String> FRAGMENTS =
      List.of(
          "'",
          "''",
          "'a'",
          "E'",
          "\\'",
          "\\",
          "\"",
          "\"a\"",
          "$$",
          "$a$",
          "$",
          "1",
          "1e",
          "0x1",
          "1_0",
          " ",
          "\n",
          "--",
          "/*",
          "*/",
          ";",
          "select ",
          ",",
          "a",
          "b'",
          "x'1'",
          "n'",
          "U&'",
          "U&\"",
          "+",
          "-",
          "*",
          "/",
          "@",
          "(",
          ")",
          ".",
          "::text",
          " as ",
          "é",
          " uescape '!'",
          "e'\\''");

  /** With {@code #} for what is in the string. */
  static final List<String> STRINGS =
      List.of(
          "'#'",
          "E'#'",
          "e'#'",
          "N'#'",
          "U&'#'",
          "U&'#' uescape '!'",
          "$$#$$",
          "$é$#$é$",
          "'#'\n''");

  static final List<String> STRING_PARTS =
      List.of(
          "a",
          "''",
          "\\\\",
          "\\n",
          "\\'",
          "\\x41",
          "\\101",
          "\\u0041",
          "\\U0001F600",
          "\\é",
          "\\0061",
          "\\+01F600",
          "\\D83D\\DE00",
          "é",
          "'\n'",
          "' -- x\n '",
          "'\t'",
          "\"",
          "$",
          "$$",
          "/*",
          "--",
          "\n",
          "\\",
          "!0061");

  static final List<String> NAME_PARTS =
      List.of(
          "a",
          "B",
          "_",
          "1",
          "$",
          " ",
          "\"",
          "é",
          "Ω",
          "𝄞",
          "'",
          ".",
          "select",
          "name",
          "longer_part");

  static final List<String> WRITTEN_NAMES =
      List.of(
          "Abc",
          "_a$1",
          "\"Abc\"",
          "\"a\"\"b\"",
          "\"\"\"\"",
          "été",
          "ÉTÉ",
          "\"É t\"",
          "a1",
          "Z_9$");

  private SqlSamples() {}

  /** Whether a statement may be answered with a command tag. */
  static boolean fits(Statement statement, String tag) {
    String words = tag.replaceAll(" \\d+( \\d+)?$", "");
    return switch (statement) {
      case Statement.With with -> words.equals(tagOf(with.main()));
      case Statement.Commit _ -> words.equals("COMMIT") || words.equals("ROLLBACK");
      case Statement.Create created when created.execute() != null -> true;
      case Statement.Create created ->
          words.startsWith("CREATE ")
              || (created.object().matches("table|materialized view") && words.equals("SELECT"));
      case Statement.Discard discard -> words.equals("DISCARD " + discard.what());
      case Statement.Deallocate deallocate ->
          words.equals(deallocate.name() == null ? "DEALLOCATE ALL" : "DEALLOCATE");
      case Statement.Close close ->
          words.equals(close.name() == null ? "CLOSE CURSOR ALL" : "CLOSE CURSOR");
      case Statement.Begin _ -> words.equals("BEGIN") || words.equals("START TRANSACTION");
      case Statement.Execute _ -> true;
      case Statement.Malformed _ -> false;
      default -> words.startsWith(tagOf(statement.kind()));
    };
  }

  private static String tagOf(StatementKind kind) {
    return switch (kind) {
      case ROLLBACK_TO -> "ROLLBACK";
      case SET_TRANSACTION, SET_SESSION_CHARACTERISTICS -> "SET";
      case VALUES, TABLE -> "SELECT";
      case LOCK, TRUNCATE -> kind + " TABLE";
      case OTHER -> "";
      default -> kind.name().replace('_', ' ');
    };
  }
}
