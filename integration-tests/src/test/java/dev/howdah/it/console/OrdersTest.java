package dev.howdah.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresServer.Shared.class)
class OrdersTest {
  private final TestPooler pooler;
  private final Target database;

  OrdersTest(PostgresServer server) throws Exception {
    Target direct = server.createDatabase("orders");
    pooler =
        TestPooler.before(direct, "transaction", "admin_users = postgres", "default_pool_size = 8");
    database = pooler.target(direct);
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private OperatorConsole console() throws SQLException {
    return OperatorConsole.open(database);
  }

  private static void run(Connection client, String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  private static CompletableFuture<Void> inBackground(Connection client, String sql) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            run(client, sql);
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  @Test
  void under_pgbench_a_pause_stops_everything_and_nothing_fails(@TempDir Path folder)
      throws Exception {
    Path script = Files.writeString(folder.resolve("begin.sql"), "BEGIN;\nSELECT 1;\nCOMMIT;\n");
    Path in = Files.createFile(folder.resolve("in"));
    Path out = folder.resolve("out");
    Process pgbench =
        Program.postgres("pgbench", "-n", "-c", "16", "-T", "4", "-f", script.toString())
            .connectedTo(database)
            .start(in, out, folder.resolve("err"));
    try (OperatorConsole console = console()) {
      await().until(() -> transactions(console) > 100);
      for (String hold : new String[] {"PAUSE", "PAUSE " + database.database(), "SUSPEND"}) {
        console.order(hold);
        assertThat(pooler.stats().servers()).isEqualTo(hold.equals("SUSPEND") ? 8 : 0);
        long before = transactions(console);
        TimeUnit.MILLISECONDS.sleep(150);
        assertThat(transactions(console)).isEqualTo(before);
        assertThat(console.show("POOLS", database).getFirst()).containsEntry("cl_waiting", "16");
        console.order(hold.replace("PAUSE", "RESUME").replace("SUSPEND", "RESUME"));
        await().until(() -> transactions(console) > before + 100);
      }
      assertThat(pgbench.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(pgbench.exitValue()).isZero();
      String report = Files.readString(out);
      assertThat(report).contains("number of failed transactions: 0 ");
      assertThat(report)
          .contains("number of transactions actually processed: " + transactions(console) + "\n");
    } finally {
      pgbench.destroyForcibly().waitFor();
    }
  }

  private long transactions(OperatorConsole console) throws SQLException {
    return console.show("STATS", database).stream()
        .mapToLong(row -> Long.parseLong(row.get("total_xact_count")))
        .sum();
  }

  @Test
  void a_pause_waits_for_the_transaction_and_new_ones_wait_for_the_resume() throws Exception {
    try (OperatorConsole console = console();
        OperatorConsole other = console();
        Connection busy = database.connect();
        Connection next = database.connect()) {
      busy.setAutoCommit(false);
      run(busy, "SELECT 1");
      CompletableFuture<Void> pause = inBackground(console.connection(), "PAUSE");
      await().until(() -> "yes".equals(other.show("STATE").get(1).get("value")));
      run(busy, "SELECT 2");
      CompletableFuture<Void> waiting = inBackground(next, "SELECT 3");
      TimeUnit.MILLISECONDS.sleep(100);
      assertThat(pause).isNotDone();
      assertThat(waiting).isNotDone();

      busy.commit();

      pause.get(5, TimeUnit.SECONDS);
      assertThat(pooler.stats().servers()).isZero();
      assertThat(waiting).isNotDone();
      other.order("RESUME");
      waiting.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_pause_that_is_cancelled_is_undone() throws Exception {
    try (OperatorConsole console = console();
        Connection busy = database.connect();
        Statement pause = console.connection().createStatement()) {
      busy.setAutoCommit(false);
      run(busy, "SELECT 1");
      CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
          .execute(() -> {
            try {
              pause.cancel();
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });

      SQLException refusal = catchThrowableOfType(SQLException.class, () -> pause.execute("PAUSE"));

      assertThat(refusal.getSQLState()).isEqualTo("57014");
      assertThat(console.show("STATE").getFirst()).containsEntry("value", "yes");
    }
  }

  @Test
  void reconnect_replaces_connections_when_they_come_back() throws Exception {
    try (OperatorConsole console = console();
        Connection busy = database.connect()) {
      busy.setAutoCommit(false);
      int before = ShowTest.processId(busy);
      console.order("RECONNECT");
      assertThat(ShowTest.processId(busy)).isEqualTo(before);
      assertThat(console.show("SERVERS", database).getFirst()).containsEntry("close_needed", "1");
      CompletableFuture<Void> closed = inBackground(console.connection(), "WAIT_CLOSE");
      TimeUnit.MILLISECONDS.sleep(100);
      assertThat(closed).isNotDone();

      busy.commit();

      closed.get(5, TimeUnit.SECONDS);
      assertThat(ShowTest.processId(busy)).isNotEqualTo(before);
    }
  }

  @Test
  void kill_drops_clients_and_servers_and_new_clients_wait() throws Exception {
    try (OperatorConsole console = console();
        Connection idle = database.connect();
        Connection busy = database.connect()) {
      CompletableFuture<Void> sleeping = inBackground(busy, "SELECT pg_sleep(30)");
      await().until(() -> pooler.stats().servers() > 0);
      console.order("KILL " + database.database());

      assertThat(pooler.stats().servers()).isZero();
      assertThatThrownBy(() -> run(idle, "SELECT 1")).isInstanceOf(SQLException.class);
      await().atMost(Duration.ofSeconds(5)).until(sleeping::isCompletedExceptionally);
      CompletableFuture<Void> login =
          CompletableFuture.runAsync(
              () -> {
                try (Connection next = database.connect()) {
                  run(next, "SELECT 1");
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              },
              task -> Thread.ofVirtual().start(task));
      TimeUnit.MILLISECONDS.sleep(200);
      assertThat(login).isNotDone();
      console.order("RESUME " + database.database());
      login.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_killed_client_leaves_no_statement_running() throws Exception {
    try (OperatorConsole console = console();
        Connection busy = database.connect();
        Connection watcher = database.connect()) {
      CompletableFuture<Void> sleeping = inBackground(busy, "SELECT pg_sleep(30)");
      await()
          .until(() ->
              console.show("SERVERS", database).stream()
                  .anyMatch(row -> "running".equals(row.get("transaction"))));
      String id =
          console.show("CLIENTS", database).stream()
              .filter(row -> "active".equals(row.get("state")))
              .findFirst()
              .orElseThrow()
              .get("id");

      console.order("KILL_CLIENT " + id);

      await().atMost(Duration.ofSeconds(5)).until(sleeping::isCompletedExceptionally);
      await().atMost(Duration.ofSeconds(5)).until(() -> !isSleeping(watcher));
    }
  }

  private static boolean isSleeping(Connection watcher) throws SQLException {
    try (Statement statement = watcher.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                    + " AND datname = current_database()")) {
      return rows.next();
    }
  }

  @Test
  void a_disabled_database_keeps_its_clients() throws Exception {
    try (OperatorConsole console = console();
        Connection old = database.connect()) {
      console.order("DISABLE " + database.database());

      run(old, "SELECT 1");
      assertThatThrownBy(database::connect).hasMessageContaining("is disabled");
      console.order("ENABLE " + database.database());
      database.connect().close();
    }
  }

  @Test
  void shutdown_after_the_servers_lets_the_transaction_end() throws Exception {
    try (OperatorConsole console = console();
        Connection busy = database.connect()) {
      busy.setAutoCommit(false);
      run(busy, "SELECT 1");
      console.order("SHUTDOWN WAIT_FOR_SERVERS");
      TimeUnit.MILLISECONDS.sleep(300);
      assertThat(pooler.pooler().stopWanted().toCompletableFuture()).isNotDone();

      busy.commit();

      pooler.pooler().stopWanted().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
  }
}
