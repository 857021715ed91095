package dev.howdah.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.Load;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What PgBouncer's documentation promises of its orders, while clients are at work. */
@ExtendWith(PostgresServer.Shared.class)
class OrdersUnderLoadTest {
  private static final int CLIENTS = 12;

  @TempDir private Path folder;
  private final Target direct;
  private final TestPooler pooler;
  private final Target database;

  OrdersUnderLoadTest(PostgresServer server) throws Exception {
    direct = server.createDatabase("load");
    pooler =
        TestPooler.before(
            direct,
            "transaction",
            "admin_users = postgres",
            "default_pool_size = 4",
            "event_loops = 2");
    database = pooler.target(direct);
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private Load load(int seconds) throws Exception {
    Load load = Load.start(folder, direct, database, CLIENTS, seconds);
    await().until(() -> load.committed() > CLIENTS);
    return load;
  }

  private OperatorConsole console() throws SQLException {
    return OperatorConsole.open(database);
  }

  private static Map<String, String> state(OperatorConsole console) throws SQLException {
    return console.show("STATE").stream()
        .collect(Collectors.toMap(row -> row.get("key"), row -> row.get("value")));
  }

  private static void assertNothingFailed(Load load) throws Exception {
    long processed = load.processed();
    assertThat(load.errors()).doesNotContain("rror");
    assertThat(load.exitCode()).isZero();
    assertThat(load.committed()).isEqualTo(processed);
  }

  @Test
  void pause_and_suspend_hold_and_resume_lets_go_without_a_failure() throws Exception {
    try (OperatorConsole console = console();
        Load load = load(4)) {
      assertThat(state(console)).containsEntry("active", "yes").containsEntry("paused", "no");
      for (String hold : new String[] {"PAUSE", "SUSPEND"}) {
        console.order(hold);

        assertThat(state(console))
            .containsEntry("active", "no")
            .containsEntry("paused", hold.equals("PAUSE") ? "yes" : "no")
            .containsEntry("suspended", hold.equals("SUSPEND") ? "yes" : "no");
        long held = load.committed();
        TimeUnit.MILLISECONDS.sleep(100);
        assertThat(load.committed()).isEqualTo(held);

        console.order("RESUME");
        assertThat(state(console)).containsEntry("active", "yes");
        await().until(() -> load.committed() > held + CLIENTS);
      }
      assertNothingFailed(load);
    }
  }

  @Test
  void reconnect_replaces_every_server_connection_without_a_failure() throws Exception {
    try (OperatorConsole console = console();
        Load load = load(3)) {
      List<String> before = serverIds(console);

      console.order("RECONNECT");
      console.order("WAIT_CLOSE");

      assertThat(serverIds(console)).doesNotContainAnyElementsOf(before);
      assertNothingFailed(load);
    }
  }

  private List<String> serverIds(OperatorConsole console) throws SQLException {
    return console.show("SERVERS", database).stream().map(row -> row.get("id")).toList();
  }

  @Test
  void a_disabled_database_goes_on_with_the_clients_it_has() throws Exception {
    try (OperatorConsole console = console();
        Load load = load(3)) {
      console.order("DISABLE " + database.database());
      long before = load.committed();

      assertThatThrownBy(database::connect).hasMessageContaining("is disabled");
      await().until(() -> load.committed() > before + CLIENTS);

      console.order("ENABLE " + database.database());
      database.connect().close();
      assertNothingFailed(load);
    }
  }

  @Test
  void kill_client_ends_that_client_and_nobody_else() throws Exception {
    try (OperatorConsole console = console();
        Connection victim = database.connect();
        Load load = load(3)) {
      victim.setAutoCommit(false);
      try (Statement statement = victim.createStatement()) {
        statement.execute("SELECT 1");
      }
      String id =
          console.show("CLIENTS", database).stream()
              .filter(row -> row.getOrDefault("application_name", "").contains("JDBC"))
              .findFirst()
              .orElseThrow()
              .get("id");

      console.order("KILL_CLIENT " + id);

      assertThatThrownBy(() -> victim.createStatement().execute("SELECT 1"))
          .isInstanceOf(SQLException.class);
      assertNothingFailed(load);
    }
  }

  @Test
  void kill_drops_everybody_at_once_and_new_clients_wait_for_the_resume() throws Exception {
    try (OperatorConsole console = console();
        Load load = load(20)) {
      console.order("KILL " + database.database());

      assertThat(pooler.stats().servers()).isZero();
      assertThat(load.processed()).isPositive();
      assertThat(load.exitCode()).isNotZero();
      CompletableFuture<Void> login =
          CompletableFuture.runAsync(
              () -> {
                try (Connection next = database.connect()) {
                  next.createStatement().execute("SELECT 1");
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              },
              task -> Thread.ofVirtual().start(task));
      TimeUnit.MILLISECONDS.sleep(150);
      assertThat(login).isNotDone();
      console.order("RESUME " + database.database());
      login.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void shutdown_wait_for_clients_lets_everybody_finish() throws Exception {
    try (OperatorConsole console = console();
        Load load = load(3)) {
      console.order("SHUTDOWN WAIT_FOR_CLIENTS");

      assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
      assertThat(pooler.pooler().stopWanted().toCompletableFuture()).isNotDone();
      assertThatThrownBy(() -> console.order("RESUME"))
          .hasMessageContaining("pooler is shutting down");
      assertNothingFailed(load);
      pooler.pooler().stopWanted().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void shutdown_wait_for_servers_tears_no_transaction() throws Exception {
    try (OperatorConsole console = console();
        Load load = load(20)) {
      console.order("SHUTDOWN WAIT_FOR_SERVERS");

      pooler.pooler().stopWanted().toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThat(pooler.stats().servers()).isZero();
      pooler.pooler().close();
      long processed = load.processed();
      assertThat(load.errors()).contains("the pooler is shutting down");
      assertThat(load.committed()).isEqualTo(processed);
    }
  }

  @Test
  void shutdown_ends_at_once_and_what_was_acknowledged_is_there() throws Exception {
    try (OperatorConsole console = console();
        Load load = load(20)) {
      CompletableFuture<Void> order =
          CompletableFuture.runAsync(() -> {
            try {
              console.order("SHUTDOWN");
            } catch (SQLException _) {
              // The end of the connection is the answer.
            }
          });
      pooler.pooler().stopWanted().toCompletableFuture().get(5, TimeUnit.SECONDS);
      pooler.pooler().close();
      order.get(5, TimeUnit.SECONDS);

      long processed = load.processed();
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () -> assertThat(load.committed()).isBetween(processed, processed + CLIENTS));
    }
  }
}
