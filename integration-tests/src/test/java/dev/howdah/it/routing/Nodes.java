package dev.howdah.it.routing;

import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.topology.Endpoint;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A primary and its standbys, which are of one test class. One thread at a time. */
final class Nodes implements AutoCloseable {
  static final String DATABASE = "erp";
  private static final Endpoint ANYWHERE = new Endpoint("127.0.0.1", 1);

  private final PostgresServer primary;
  private final List<LocalPostgres> standbys = new ArrayList<>();

  Nodes(int count) throws SQLException {
    primary =
        PostgresServer.start(
            PostgresOptions.defaults().withSetting("wal_receiver_status_interval", "1"));
    primary.local().execute("postgres", "CREATE DATABASE " + DATABASE);
    for (int i = 0; i < count; i++) {
      standbys.add(primary.local().createStandby("standby" + i));
    }
  }

  LocalPostgres primary() {
    return primary.local();
  }

  LocalPostgres standby(int index) {
    return standbys.get(index);
  }

  Target direct() {
    return primary.database(DATABASE);
  }

  /** Sections for a pooler before all of them. */
  String ini(String routing, String main) {
    StringBuilder nodes = new StringBuilder("[nodes]\n");
    nodes.append(line("pg1", primary.local()));
    for (int i = 0; i < standbys.size(); i++) {
      nodes.append(line("pg" + (i + 2), standbys.get(i)));
    }
    return nodes
        + """
        [routing]
        monitor_user = postgres
        check_interval = 50
        replica_slow_start = 0
        replica_wait = 5000
        %s
        [databases]
        erp = cluster=main
        erp_ro = cluster=main dbname=erp target=replica
        [pgbouncer]
        pool_mode = transaction
        %s
        """
            .formatted(routing, main);
  }

  private static String line(String name, LocalPostgres node) {
    return "%s = host=%s port=%d\n".formatted(name, node.endpoint().host(), node.endpoint().port());
  }

  TestPooler pooler(String routing, String main) {
    TestPooler pooler = TestPooler.start(ini(routing, main));
    await("the pooler knows its replicas", () -> canReadFromReplica(pooler));
    return pooler;
  }

  private boolean canReadFromReplica(TestPooler pooler) throws SQLException {
    return standbys.isEmpty() || portOf(pooler, "erp_ro") != primary.local().endpoint().port();
  }

  /** The port of the server that a query of a database runs on. */
  static int portOf(TestPooler pooler, String database) throws SQLException {
    try (Connection connection = connect(pooler, database);
        Statement statement = connection.createStatement()) {
      return port(statement);
    }
  }

  /** The port of the server that a query runs on. */
  static int port(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery("SELECT setting FROM pg_settings WHERE name = 'port'")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  static Connection connect(TestPooler pooler, String database) throws SQLException {
    return pooler.target(new Target(ANYWHERE, database, LocalPostgres.SUPERUSER, "")).connect();
  }

  /** Returns when something has become true. */
  static void await(String what, Callable<Boolean> condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Exception last = null;
    while (System.nanoTime() - end < 0) {
      try {
        if (condition.call()) {
          return;
        }
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting until " + what, e);
      } catch (Exception e) {
        last = e;
      }
    }
    throw new AssertionError("not in time: " + what, last);
  }

  @Override
  public void close() {
    standbys.forEach(LocalPostgres::close);
    primary.close();
  }
}
