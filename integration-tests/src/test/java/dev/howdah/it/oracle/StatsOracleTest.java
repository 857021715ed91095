package dev.howdah.it.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.fixture.DebianPgBouncer;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SHOW STATS after a load of known size: exact, beside pgbench, PostgreSQL and PgBouncer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatsOracleTest {
  private static final int CLIENTS = 6;
  private static final int ROUNDS = Integer.getInteger("howdah.stats.rounds", 40);
  private static final int RUNS = CLIENTS * ROUNDS;

  /** Two transactions of five statements together. */
  private static final String SCRIPT =
      """
      \\set id random(1, 100)
      BEGIN;
      UPDATE counted SET n = n + 1 WHERE id = :id;
      SELECT n, repeat('x', 300) FROM counted WHERE id = :id;
      COMMIT;
      SELECT count(*) FROM counted;
      """;

  private PostgresServer server;
  private Target direct;

  @SuppressWarnings("NullAway.Init") // all fields: before the first test
  StatsOracleTest() {}

  @BeforeAll
  void start() throws SQLException {
    server =
        PostgresServer.start(
            PostgresOptions.defaults()
                .withSetting("shared_preload_libraries", "pg_stat_statements"));
    direct = server.createDatabase("counted");
    server
        .local()
        .execute(
            direct.database(),
            "CREATE EXTENSION pg_stat_statements",
            "CREATE TABLE counted AS SELECT id, 0 AS n FROM generate_series(1, 100) AS id");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest(name = "pgbench -M {1} in {0} pooling")
  @CsvSource({
    "transaction, simple",
    "transaction, extended",
    "session, simple",
    "session, extended"
  })
  void every_query_transaction_and_byte_is_counted_once(
      String poolMode, String queryMode, @TempDir Path folder) throws Exception {
    String[] lines = {
      "pool_mode = " + poolMode,
      "admin_users = postgres",
      "server_tls_sslmode = disable",
      "default_pool_size = " + (poolMode.equals("session") ? CLIENTS + 1 : 2)
    };
    Map<String, String> ours;
    Map<String, String> theirs;
    try (TestPooler pooler =
        TestPooler.start(
            "[databases]\n%s\n[pgbouncer]\n%s"
                .formatted(TestPooler.entry(direct), String.join("\n", lines)))) {
      ours = countedAndSeen(pooler.target(direct), queryMode, folder);
    }
    try (DebianPgBouncer pgbouncer = DebianPgBouncer.before(direct, lines)) {
      theirs = countedAndSeen(pgbouncer.target(direct), queryMode, folder);
    }

    assertThat(ours)
        .containsEntry("total_xact_count", Integer.toString(2 * RUNS))
        .containsEntry("total_query_count", Integer.toString(5 * RUNS))
        .containsEntry("total_received", ours.get("seen from clients"))
        .containsEntry("total_sent", ours.get("seen to clients"))
        .containsEntry(
            "total_server_assignment_count",
            Integer.toString(poolMode.equals("session") ? CLIENTS : 2 * RUNS))
        .containsEntry("statements", Integer.toString(5 * RUNS));
    for (String column : List.of("total_xact_count", "total_query_count", "statements")) {
      assertThat(ours).as(column).containsEntry(column, theirs.get(column));
    }
    // PgBouncer also counts as sent what its own statements are answered, and we do not.
    assertThat(theirs).containsEntry("total_received", theirs.get("seen from clients"));
    assertThat(Long.parseLong(theirs.get("total_sent")))
        .isGreaterThanOrEqualTo(Long.parseLong(theirs.get("seen to clients")));
    for (String column : List.of("total_xact_time", "total_query_time")) {
      // The clients of pgbench run side by side: none of them is in two transactions at once.
      assertThat(Long.parseLong(ours.get(column)))
          .as(column)
          .isBetween(1L, CLIENTS * Long.parseLong(ours.get("elapsed_us")));
    }
  }

  /** Runs pgbench, then asks the pooler, the relay before it and PostgreSQL what there was. */
  private Map<String, String> countedAndSeen(Target pooled, String queryMode, Path folder)
      throws Exception {
    Path script = Files.writeString(folder.resolve("script.sql"), SCRIPT);
    server.local().execute(direct.database(), "SELECT pg_stat_statements_reset()");
    try (CountingRelay relay = CountingRelay.before(pooled);
        ConsoleTables console = ConsoleTables.of(pooled)) {
      long startedNanos = System.nanoTime();
      String report =
          Program.postgres(
                  "pgbench", "-n", "-M" + queryMode, "-c" + CLIENTS, "-t" + ROUNDS, "-f" + script)
              .connectedTo(relay.target())
              .withEnvironment(Map.of("PGSSLMODE", "disable", "PGGSSENCMODE", "disable"))
              .run()
              .succeeded()
              .out();
      assertThat(report)
          .contains("number of transactions actually processed: %d/%d".formatted(RUNS, RUNS));
      await().until(() -> clients(console) == 0);
      Map<String, String> all = new LinkedHashMap<>(console.show("STATS").row(direct.database()));
      all.put("elapsed_us", Long.toString((System.nanoTime() - startedNanos) / 1000));
      all.put("seen from clients", Long.toString(relay.fromClients()));
      all.put("seen to clients", Long.toString(relay.toClients()));
      all.put("statements", Long.toString(statements()));
      return all;
    }
  }

  private long clients(ConsoleTables console) throws IOException {
    return console.show("CLIENTS").rows().stream()
        .filter(row -> direct.database().equals(row.get("database")))
        .count();
  }

  /** What PostgreSQL has executed of the script, by its own count. */
  private long statements() throws SQLException {
    try (Connection superuser = direct.connect();
        ResultSet row =
            superuser
                .createStatement()
                .executeQuery(
                    "SELECT sum(calls) FROM pg_stat_statements WHERE query ~ 'counted'"
                        + " AND query !~ 'pg_stat_statements' OR query IN ('BEGIN', 'COMMIT')")) {
      row.next();
      return row.getLong(1);
    }
  }
}
