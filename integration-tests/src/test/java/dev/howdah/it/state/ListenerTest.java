package dev.howdah.it.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.console.OperatorConsole;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Many clients listen through one server connection of their pool, which may be lost. */
@ExtendWith(PostgresServer.Shared.class)
class ListenerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SMALL_POOL = "default_pool_size = 2";

  private static final String LISTENERS =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND (query LIKE 'LISTEN \"news\"%' OR query LIKE '-- Howdah listens%')";

  private final PostgresServer server;

  ListenerTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void many_clients_that_listen_take_one_server_connection() throws Exception {
    Target direct = server.createDatabase("listen");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", SMALL_POOL);
        Connection observer = direct.connect()) {
      List<Connection> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 50; i++) {
          Connection client = pooler.target(direct).connect();
          clients.add(client);
          run(client, "LISTEN news");
        }

        run(clients.getFirst(), "NOTIFY news, 'to all'");

        for (Connection client : clients) {
          assertThat(payloads(client)).containsExactly("to all");
        }
        assertThat(
                count(
                    observer,
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"))
            .isLessThanOrEqualTo(2 + 1 + 1); // the pool, its listener, and who asks
      } finally {
        for (Connection client : clients) {
          client.close();
        }
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(count(observer, "SELECT count(*) FROM (" + LISTENERS + ") l"))
                  .as("connections that listen for nobody")
                  .isZero());
    }
  }

  @Test
  void listening_goes_on_when_its_server_connection_is_lost() throws Exception {
    Target direct = server.createDatabase("listen");
    try (TestPooler pooler =
            TestPooler.before(direct, "transaction", SMALL_POOL, "listen_wakeup = 1");
        Connection observer = direct.connect();
        Connection client = pooler.target(direct).connect()) {
      run(client, "LISTEN news");

      run(observer, "SELECT pg_terminate_backend(pid) FROM (" + LISTENERS + ") l");

      assertThat(payloads(client)).as("a reason to look for oneself").containsExactly("");
      run(observer, "NOTIFY news, 'after the loss'");
      assertThat(payloads(client)).containsExactly("after the loss");
    }
  }

  @Test
  void what_a_client_notifies_itself_comes_from_its_own_process_id() throws Exception {
    Target direct = server.createDatabase("listen");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", SMALL_POOL);
        Connection client = pooler.target(direct).connect();
        Connection other = pooler.target(direct).connect()) {
      run(client, "LISTEN news");

      run(client, "NOTIFY news, 'mine'");
      PGNotification mine = notifications(client).getFirst();
      run(other, "NOTIFY news, 'theirs'");
      PGNotification theirs = notifications(client).getFirst();

      int own = client.unwrap(PGConnection.class).getBackendPID();
      assertThat(mine.getPID()).isEqualTo(own);
      assertThat(theirs.getPID()).isNotEqualTo(own);
    }
  }

  @Test
  void pause_closes_the_listener_and_resume_brings_it_back() throws Exception {
    Target direct = server.createDatabase("listen");
    try (TestPooler pooler =
            TestPooler.before(direct, "transaction", SMALL_POOL, "admin_users = postgres");
        Connection observer = direct.connect();
        Connection client = pooler.target(direct).connect();
        OperatorConsole console = OperatorConsole.open(pooler.target(direct))) {
      run(client, "LISTEN news");

      console.order("PAUSE");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(count(observer, "SELECT count(*) FROM (" + LISTENERS + ") l")).isZero());
      console.order("RESUME");

      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(count(observer, "SELECT count(*) FROM (" + LISTENERS + ") l")).isOne());
      run(observer, "NOTIFY news, 'back'");
      assertThat(payloads(client)).containsExactly("back");
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static List<String> payloads(Connection client) throws SQLException {
    return notifications(client).stream().map(PGNotification::getParameter).toList();
  }

  private static List<PGNotification> notifications(Connection client) throws SQLException {
    PGNotification[] heard =
        client.unwrap(PGConnection.class).getNotifications((int) PATIENCE.toMillis());
    return heard == null ? List.of() : List.of(heard);
  }
}
