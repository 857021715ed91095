package dev.howdah.it.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.DebianPgBouncer;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.it.oracle.ConsoleTables.Shown;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every SHOW beside Debian's PgBouncer 1.18, after the same work through both. */
@ExtendWith(PostgresServer.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShowColumnsTest {
  private static final int ROUNDS = 10;

  /** Columns that PgBouncer has had since, up to 1.25, by its documentation; no order in here. */
  private static final Map<String, Set<String>> LATER =
      Map.ofEntries(
          Map.entry("CLIENTS", Set.of("replication", "prepared_statements", "id")),
          Map.entry("SERVERS", Set.of("replication", "prepared_statements", "id")),
          Map.entry("SOCKETS", Set.of("replication", "prepared_statements", "id")),
          Map.entry("ACTIVE_SOCKETS", Set.of("replication", "prepared_statements", "id")),
          Map.entry("POOLS", Set.of("load_balance_hosts")),
          Map.entry(
              "DATABASES",
              Set.of(
                  "server_lifetime",
                  "load_balance_hosts",
                  "max_client_connections",
                  "current_client_connections")),
          Map.entry(
              "USERS",
              Set.of(
                  "pool_size",
                  "reserve_pool_size",
                  "max_user_connections",
                  "current_connections",
                  "max_user_client_connections",
                  "current_client_connections")),
          Map.entry(
              "STATS",
              Set.of(
                  "total_server_assignment_count",
                  "total_client_parse_count",
                  "total_server_parse_count",
                  "total_bind_count",
                  "avg_server_assignment_count",
                  "avg_client_parse_count",
                  "avg_server_parse_count",
                  "avg_bind_count")),
          Map.entry(
              "STATS_TOTALS",
              Set.of(
                  "server_assignment_count",
                  "client_parse_count",
                  "server_parse_count",
                  "bind_count")),
          Map.entry(
              "STATS_AVERAGES",
              Set.of(
                  "server_assignment_count",
                  "avg_client_parse_count",
                  "avg_server_parse_count",
                  "avg_bind_count")));

  /** Columns that have another name since. */
  private static final Map<String, Map<String, String>> RENAMED =
      Map.of("DATABASES", Map.of("reserve_pool", "reserve_pool_size"));

  private final PostgresServer server;
  private TestPooler howdah;
  private DebianPgBouncer pgbouncer;
  private ConsoleTables ours;
  private ConsoleTables theirs;
  private Target direct;
  private final List<Connection> clients = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // the other fields: before the first test
  ShowColumnsTest(PostgresServer server) {
    this.server = server;
  }

  @BeforeAll
  void workThroughBoth() throws Exception {
    direct = server.createDatabase("columns");
    String[] lines = {
      "pool_mode = transaction",
      "admin_users = postgres",
      "default_pool_size = 4",
      "max_db_connections = 7",
      "server_tls_sslmode = disable",
      "ignore_startup_parameters = extra_float_digits"
    };
    howdah =
        TestPooler.start(
            "[databases]\n%s\n[pgbouncer]\n%s"
                .formatted(TestPooler.entry(direct), String.join("\n", lines)));
    pgbouncer = DebianPgBouncer.before(direct, lines);
    for (Target target : List.of(howdah.target(direct), pgbouncer.target(direct))) {
      Connection client =
          target.connect(Map.of("preferQueryMode", "simple", "ApplicationName", "invoice run"));
      clients.add(client);
      for (int i = 0; i < ROUNDS; i++) {
        work(client);
      }
      try (Statement statement = client.createStatement()) {
        statement.execute("BEGIN");
        statement.execute("SELECT 'and stays in its transaction'");
      }
    }
    ours = ConsoleTables.of(howdah.target(direct));
    theirs = ConsoleTables.of(pgbouncer.target(direct));
  }

  private static void work(Connection client) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute("SELECT pg_sleep(0.01)");
    }
    try (Statement statement = client.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("SELECT 1");
      statement.execute("COMMIT");
    }
  }

  @AfterAll
  void stop() throws Exception {
    for (Connection client : clients) {
      client.close();
    }
    ours.close();
    theirs.close();
    pgbouncer.close();
    howdah.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ACTIVE_SOCKETS",
        "CLIENTS",
        "CONFIG",
        "DATABASES",
        "DNS_HOSTS",
        "DNS_ZONES",
        "LISTS",
        "MEM",
        "POOLS",
        "SERVERS",
        "SOCKETS",
        "STATS",
        "STATS_AVERAGES",
        "STATS_TOTALS",
        "TOTALS",
        "USERS",
        "VERSION"
      })
  void every_column_of_pgbouncer_is_there_in_its_order_and_type(String topic) throws Exception {
    Map<String, String> expected = new LinkedHashMap<>();
    theirs.show(topic).columns().forEach((name, type) -> expected.put(nameNow(topic, name), type));
    Map<String, String> shown = ours.show(topic).columns();

    assertThat(shown).as("name and type").containsAllEntriesOf(expected);
    assertThat(shown.keySet().stream().filter(expected::containsKey).toList())
        .as("order")
        .containsExactlyElementsOf(expected.keySet());
    Set<String> known = new TreeSet<>(expected.keySet());
    known.addAll(LATER.getOrDefault(topic, Set.of()));
    assertThat(shown.keySet().stream().limit(known.size()).toList())
        .as("ours come last")
        .containsExactlyInAnyOrderElementsOf(known);
  }

  private static String nameNow(String topic, String column) {
    return RENAMED.getOrDefault(topic, Map.of()).getOrDefault(column, column);
  }

  @Test
  void rows_under_the_same_names_are_there() throws Exception {
    for (String topic : List.of("LISTS", "TOTALS")) {
      assertThat(names(ours.show(topic))).as(topic).containsAll(names(theirs.show(topic)));
    }
    Set<String> notOurs = new TreeSet<>(names(theirs.show("CONFIG")));
    notOurs.removeAll(names(ours.show("CONFIG")));
    assertThat(notOurs).as("keys of SHOW CONFIG").isEmpty();
  }

  private static List<String> names(Shown shown) {
    return shown.rows().stream().map(row -> row.values().iterator().next()).toList();
  }

  @Test
  void values_are_equal_where_both_did_the_same() throws Exception {
    var softly = new SoftAssertions();
    String database = direct.database();
    Map<String, List<String>> sameValues =
        Map.of(
            "POOLS",
            List.of(
                "user",
                "cl_active",
                "cl_waiting",
                "sv_active",
                "sv_idle",
                "sv_used",
                "sv_tested",
                "sv_login",
                "maxwait",
                "maxwait_us",
                "pool_mode"),
            "DATABASES",
            List.of(
                "host",
                "port",
                "database",
                "force_user",
                "pool_size",
                "min_pool_size",
                "reserve_pool",
                "pool_mode",
                "max_connections",
                "current_connections",
                "paused",
                "disabled"),
            "STATS",
            List.of("total_query_count"));
    for (var topic : sameValues.entrySet()) {
      Map<String, String> expected = theirs.show(topic.getKey()).row(database);
      Map<String, String> shown = ours.show(topic.getKey()).row(database);
      for (String column : topic.getValue()) {
        softly
            .assertThat(shown.get(nameNow(topic.getKey(), column)))
            .as(topic.getKey() + " " + column)
            .isEqualTo(expected.get(column));
      }
    }
    for (String topic : List.of("CLIENTS", "SERVERS")) {
      Map<String, String> expected = theirs.show(topic).ofDatabase(database);
      Map<String, String> shown = ours.show(topic).ofDatabase(database);
      for (String column :
          List.of(
              "type",
              "user",
              "state",
              "addr",
              "local_addr",
              "wait",
              "wait_us",
              "close_needed",
              "tls",
              "application_name")) {
        softly
            .assertThat(shown.get(column))
            .as(topic + " " + column)
            .isEqualTo(expected.get(column));
      }
      softly
          .assertThat(shown.get("connect_time"))
          .matches(timestamp(expected.getOrDefault("connect_time", "")));
    }
    softly.assertAll();
  }

  /** A pattern for everything that looks like this moment: digits for digits. */
  private static String timestamp(String moment) {
    return moment.replaceAll("[0-9]", "\\\\d");
  }

  @Test
  void units_are_the_same() throws Exception {
    Map<String, String> expected = theirs.show("STATS").row(direct.database());
    Map<String, String> shown = ours.show("STATS").row(direct.database());

    for (String column :
        List.of("total_received", "total_sent", "total_query_time", "total_xact_time")) {
      double ratio =
          Double.parseDouble(shown.get(column)) / Double.parseDouble(expected.get(column));
      assertThat(ratio)
          .as("%s: %s, PgBouncer %s", column, shown.get(column), expected.get(column))
          .isBetween(0.2, 5.0);
    }
    // Ten naps of 10 ms, in microseconds.
    assertThat(Long.parseLong(shown.get("total_query_time"))).isBetween(100_000L, 5_000_000L);
  }
}
