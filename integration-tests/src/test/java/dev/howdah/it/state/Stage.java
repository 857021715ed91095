package dev.howdah.it.state;

import dev.howdah.it.fixture.PgBouncer;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.it.fixture.Transcript;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * Where scenarios are performed: a server, with a database that is made anew for each performance
 * under the same name. One thread.
 */
final class Stage {
  private static final String TEMPLATE = "state_template";
  private static final String DATABASE = "state_play";
  private static final List<String> USERS = List.of("postgres", "alice", "bob");
  private static final String ONE_CONNECTION = "one-connection";
  private static final int DIRECT_PATIENCE_MILLIS = 15_000;

  /** Server connections that remain for a client when all others have one for good. */
  private static final int SPARE_CONNECTIONS = 2;

  private final PostgresServer server;

  private Stage(PostgresServer server) {
    this.server = server;
  }

  /** Makes what all scenarios build on: roles, and a database to copy. */
  static Stage on(PostgresServer server) throws SQLException {
    Stage stage = new Stage(server);
    stage.execute(
        "DROP DATABASE IF EXISTS " + TEMPLATE,
        "DROP ROLE IF EXISTS alice, bob",
        "CREATE ROLE alice LOGIN",
        "CREATE ROLE bob LOGIN",
        "CREATE DATABASE " + TEMPLATE);
    server.local().execute(TEMPLATE, Transcript.resource("/state/database.sql"));
    return stage;
  }

  /** A performance in which each client has a connection of its own: what is right. */
  List<String> direct(Scenario scenario) throws Exception {
    Target direct = freshDatabase();
    return new Performance(scenario, direct, direct, DIRECT_PATIENCE_MILLIS, null).run();
  }

  /** A performance through a pooler of ours in transaction mode, which is started for it. */
  Outcome pooled(Scenario scenario, int patienceMillis, String... lines) throws Exception {
    Target direct = freshDatabase();
    String ini =
        """
        [databases]
        * = host=%s port=%d
        [pgbouncer]
        %s
        %s
        """
            .formatted(
                direct.endpoint().host(),
                direct.endpoint().port(),
                poolKeys(scenario),
                String.join("\n", lines));
    try (TestPooler pooler =
        TestPooler.start(ini, Map.of("postgres", "", "alice", "", "bob", ""))) {
      return behind(scenario, direct, pooler.target(direct), patienceMillis);
    }
  }

  /** A performance through Debian's PgBouncer in transaction mode. */
  Outcome behindPgBouncer(Scenario scenario, int patienceMillis) throws Exception {
    Target direct = freshDatabase();
    try (PgBouncer pgBouncer = PgBouncer.start(direct, poolKeys(scenario), USERS)) {
      return behind(scenario, direct, pgBouncer.target(direct), patienceMillis);
    }
  }

  /** Keys for a pool in which the clients of a scenario cannot starve each other. */
  static String poolKeys(Scenario scenario) {
    return """
    pool_mode = transaction
    admin_users = postgres
    server_round_robin = 1
    query_wait_timeout = 20
    default_pool_size = %d
    """
        .formatted(scenario.tags().contains(ONE_CONNECTION) ? 1 : crowdSize(scenario) + 1);
  }

  /** A performance through a pooler that runs. */
  static Outcome behind(Scenario scenario, Target direct, Target pooled, int patienceMillis)
      throws Exception {
    if (scenario.tags().contains(ONE_CONNECTION)) {
      List<String> transcript =
          new Performance(scenario, direct, pooled, patienceMillis, null).run();
      return new Outcome(transcript, List.of(), 0);
    }
    try (Crowd crowd = Crowd.gather(direct, pooled, crowdSize(scenario), scenario.noise())) {
      List<String> transcript =
          new Performance(scenario, direct, pooled, patienceMillis, crowd).run();
      return new Outcome(transcript, List.copyOf(crowd.complaints()), crowd.moves());
    } catch (IOException e) {
      return new Outcome(List.of(), List.of("ended with " + e), 0);
    }
  }

  /** A copy of the template that nobody replaces. */
  Target copyAs(String database) throws SQLException {
    execute(
        "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)",
        "CREATE DATABASE " + database + " TEMPLATE " + TEMPLATE);
    return server.database(database);
  }

  /** A fresh copy of the template; what else scenarios made is gone. */
  Target freshDatabase() throws SQLException {
    execute(
        "DROP DATABASE IF EXISTS " + DATABASE + " WITH (FORCE)",
        "DROP DATABASE IF EXISTS extra WITH (FORCE)",
        "DROP DATABASE IF EXISTS extra_copy WITH (FORCE)",
        "ALTER ROLE alice RESET ALL",
        "ALTER ROLE postgres RESET ALL",
        "CREATE DATABASE " + DATABASE + " TEMPLATE " + TEMPLATE);
    return server.database(DATABASE);
  }

  private static int crowdSize(Scenario scenario) {
    return scenario.clients().size() + SPARE_CONNECTIONS;
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = server.database("postgres").connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
