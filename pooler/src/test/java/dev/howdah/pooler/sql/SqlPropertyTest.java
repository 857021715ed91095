package dev.howdah.pooler.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SqlPropertyTest {
  private static final List<String> FRAGMENTS =
      List.of(
          "select",
          "set",
          "create",
          "or",
          "replace",
          "function",
          "begin",
          "atomic",
          "end",
          "case",
          "temp",
          "table",
          "into",
          "with",
          "explain",
          "prepare",
          "as",
          "execute",
          "listen",
          "pg_temp",
          "pg_settings",
          "update",
          "set_config",
          "nextval",
          "(",
          ")",
          ";",
          ",",
          ".",
          "=",
          "'",
          "''",
          "\"",
          "$$",
          "$a$",
          "$1",
          "/*",
          "*/",
          "--",
          "\n",
          "\\",
          "E'",
          "U&'",
          "U&\"",
          "uescape",
          "'!'",
          "b'",
          "x",
          "1",
          "0x",
          "1e",
          "+",
          "-",
          "*",
          "/",
          "@",
          "::",
          ":",
          "[",
          "é",
          " ",
          "\t");

  private final SqlReader reader = new SqlReader();
  private final SqlScanner scanner = new SqlScanner();

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(FRAGMENTS).list().ofMaxSize(40).map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> statements() {
    return Arbitraries.of(
        "select 1",
        "select ';' -- ;\n",
        "select $x$ ; $$ $x$",
        "select E'\\';'",
        "select U&\"a;\" uescape '!' from b",
        "values (1, ';', \";\"\";\")",
        "listen \"a;b\"",
        "set a = ';'",
        "create function f() returns int begin atomic select 1; select case when true then 2 end; end",
        "create or replace procedure \"begin\"() begin atomic insert into t values (1); end",
        "create rule r as on insert to t do also (select 1; select 2)",
        "/* ; /* ; */ */ discard all",
        "begin",
        "end",
        "1.5 -/**/- 2");
  }

  @Property
  void any_bytes_are_read_without_an_exception(@ForAll byte[] bytes, @ForAll SqlRules rules) {
    StatementFacts facts = reader.read(bytes, 0, bytes.length, rules);

    assertThat(facts.toString()).isNotEmpty();
  }

  @Property(tries = 3000)
  void any_fragments_are_read_without_an_exception(
      @ForAll("texts") String sql, @ForAll SqlRules rules) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);

    StatementFacts facts = reader.read(bytes, 0, bytes.length, rules);

    int before = 0;
    for (Statement statement : facts.statements()) {
      if (!statement.range().equals(SourceRange.WHOLE)) {
        assertThat(statement.range().start()).isGreaterThanOrEqualTo(before);
        assertThat(statement.range().end())
            .isGreaterThan(statement.range().start())
            .isLessThanOrEqualTo(bytes.length);
        before = statement.range().end();
      }
    }
  }

  @Property(tries = 3000)
  void tokens_are_in_order_and_only_blanks_lie_between_them(
      @ForAll("texts") String sql, @ForAll SqlRules rules) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    scanner.reset(bytes, 0, bytes.length, rules);
    int before = 0;
    while (scanner.next() != SqlToken.END) {
      assertThat(Quotes.afterBlanks(bytes, before, bytes.length)).isEqualTo(scanner.start());
      assertThat(scanner.end()).isGreaterThan(scanner.start());
      before = scanner.end();
    }
    if (scanner.problem() == null) {
      assertThat(Quotes.afterBlanks(bytes, before, bytes.length)).isEqualTo(bytes.length);
    }
  }

  @Property
  void statements_joined_by_semicolons_are_read_as_each_by_itself(
      @ForAll("statements") String first,
      @ForAll("statements") String second,
      @ForAll("statements") String third) {
    String joined = first + ";" + second + " ; ;" + third + ";";

    List<StatementKind> kinds =
        reader.read(joined).statements().stream().map(Statement::kind).toList();

    assertThat(kinds).containsExactly(kind(first), kind(second), kind(third));
  }

  @Property
  void a_quoted_name_is_read_back(@ForAll String name) {
    byte[] bytes = name.replace("\0", "").getBytes(StandardCharsets.UTF_8);
    String clean = new String(bytes, StandardCharsets.UTF_8);
    String sql = "listen \"" + clean.replace("\"", "\"\"") + "\"";

    Statement statement = reader.read(sql).statements().getFirst();

    String channel = ((Statement.Listen) statement).channel().text();
    assertThat(clean).startsWith(channel);
    assertThat(channel.getBytes(StandardCharsets.UTF_8).length)
        .isGreaterThanOrEqualTo(Math.min(60, bytes.length))
        .isLessThanOrEqualTo(63);
  }

  private StatementKind kind(String sql) {
    return reader.read(sql).statements().getFirst().kind();
  }
}
