package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.pooler.sql.SqlReader;
import dev.howdah.pooler.sql.SqlRules;
import dev.howdah.pooler.sql.Statement;
import dev.howdah.pooler.sql.StatementFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What we read in a SQL text against what PostgreSQL does with it: how many statements there are
 * and what they are, what strings and names mean, what has no end.
 */
class SqlReadingTest {
  private static final int ROUNDS = Integer.getInteger("howdah.it.sql.rounds", 400);
  private static final long FIRST_SEED = Long.getLong("howdah.it.sql.first", 1);

  private static PostgresServer server;

  private final SqlReader reader = new SqlReader();
  private RawClient client;
  private int accepted;

  @BeforeAll
  static void start() {
    server = PostgresServer.startEmbedded(PostgresOptions.defaults());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void login() throws IOException {
    client =
        RawClient.login(
            server.database("postgres"),
            Map.of("client_encoding", "UTF8", "client_min_messages", "error"));
    client.query("CREATE TABLE IF NOT EXISTS t (a int, b text)");
    client.query("CREATE SEQUENCE IF NOT EXISTS s");
  }

  @AfterEach
  void logout() throws IOException {
    client.terminate();
  }

  @Test
  void every_kind_of_statement_is_answered_with_its_tag() throws IOException {
    for (String sql : SqlSamples.SINGLE) {
      compareAnswers(sql, SqlRules.STANDARD);
      client.query("ROLLBACK");
    }
  }

  @Test
  void random_texts_are_split_as_by_postgresql() throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      Random random = new Random(FIRST_SEED + i);
      StringBuilder sql = new StringBuilder();
      for (int parts = random.nextInt(6); parts >= 0; parts--) {
        sql.append(pick(random, SqlSamples.PARTS)).append(pick(random, SqlSamples.SEPARATORS));
      }
      compareAnswers(sql.toString(), SqlRules.STANDARD);
      client.query("ROLLBACK");
    }
  }

  @Test
  void random_fragments_are_split_as_by_postgresql_where_it_accepts_them() throws IOException {
    for (SqlRules rules : List.of(SqlRules.STANDARD, SqlRules.BACKSLASHES)) {
      conform(rules);
      for (int i = 0; i < ROUNDS; i++) {
        Random random = new Random(FIRST_SEED + i);
        StringBuilder sql = new StringBuilder("select ");
        for (int parts = random.nextInt(8); parts >= 0; parts--) {
          sql.append(pick(random, SqlSamples.FRAGMENTS));
        }
        compareAnswers(sql.toString(), rules);
      }
    }
    assertThat(accepted).as("texts that PostgreSQL ran").isGreaterThan(ROUNDS / 20);
  }

  @Test
  void strings_mean_what_they_mean_to_postgresql() throws IOException {
    for (SqlRules rules : List.of(SqlRules.STANDARD, SqlRules.BACKSLASHES)) {
      conform(rules);
      for (int i = 0; i < ROUNDS; i++) {
        Random random = new Random(FIRST_SEED + i);
        StringBuilder content = new StringBuilder();
        for (int parts = random.nextInt(6); parts >= 0; parts--) {
          content.append(pick(random, SqlSamples.STRING_PARTS));
        }
        compareValue(pick(random, SqlSamples.STRINGS).replace("#", content), rules);
      }
    }
    assertThat(accepted).as("literals that PostgreSQL took").isGreaterThan(ROUNDS / 4);
  }

  @Test
  void names_mean_what_they_mean_to_postgresql() throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      Random random = new Random(FIRST_SEED + i);
      StringBuilder name = new StringBuilder();
      for (int parts = random.nextInt(14); parts >= 0; parts--) {
        name.append(pick(random, SqlSamples.NAME_PARTS));
      }
      String quoted = client.ask("select quote_ident(" + literal(name.toString()) + ")");
      String cut = client.ask("select " + literal(name.toString()) + "::name");
      assertThat(channel(quoted)).as("%s", quoted).isEqualTo(cut);
    }
    for (String written : SqlSamples.WRITTEN_NAMES) {
      String meant = client.ask("select (parse_ident(" + literal(written) + "))[1]");
      assertThat(channel(written)).as("%s", written).isEqualTo(meant);
    }
  }

  private void conform(SqlRules rules) throws IOException {
    client.query("set standard_conforming_strings = " + rules.standardStrings());
    client.query("set escape_string_warning = off");
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private String channel(String written) {
    Statement statement = reader.read("listen " + written).statements().getFirst();
    return ((Statement.Listen) statement).channel().text();
  }

  private StatementFacts read(String sql, SqlRules rules) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    return reader.read(bytes, 0, bytes.length, rules);
  }

  private void compareValue(String literal, SqlRules rules) throws IOException {
    List<RawClient.Message> answer = client.query("select " + literal + "::text");
    StatementFacts facts = read("set a.b = " + literal, rules);
    if (answer.stream().anyMatch(message -> message.type() == 'E')) {
      return; // not for us to refuse
    }
    accepted++;
    String value = client.ask("select " + literal + "::text");
    assertThat(facts.statements().getFirst())
        .as("%s with %s", literal, rules)
        .isInstanceOfSatisfying(
            Statement.SetSetting.class, set -> assertThat(set.values()).containsExactly(value));
  }

  /** Counts CommandComplete and compares tags; of a text that is refused, why it is. */
  private void compareAnswers(String sql, SqlRules rules) throws IOException {
    StatementFacts facts = read(sql, rules);
    List<RawClient.Message> answer = client.query(sql);

    List<String> tags = new ArrayList<>();
    String error = "";
    for (RawClient.Message message : answer) {
      switch (message.type()) {
        case 'C' -> tags.add(message.text().replace("\0", ""));
        case 'E' -> error = message.field('M');
        case 'G' -> client.send(RawClient.message('c'));
        default -> {}
      }
    }
    String shown = sql + " -> " + facts + " -> " + error;
    if (error.contains("unterminated")) {
      assertThat(facts.cannotBeRead()).as(shown).isTrue();
    } else if (error.isEmpty()) {
      accepted++;
      assertThat(facts.cannotBeRead()).as(shown).isFalse();
      assertThat(facts.statements()).as(shown).hasSameSizeAs(tags);
    }
    if (facts.cannotBeRead()) {
      assertThat(error).as(shown).isNotEmpty();
      assertThat(tags).as(shown).isEmpty();
    }
    for (int i = 0; i < tags.size(); i++) {
      assertThat(SqlSamples.fits(facts.statements().get(i), tags.get(i)))
          .as("%s answered with %s", shown, tags.get(i))
          .isTrue();
    }
  }

  private static String pick(Random random, List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
