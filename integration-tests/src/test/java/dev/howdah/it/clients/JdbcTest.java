package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

@ExtendWith(PostgresServer.Shared.class)
class JdbcTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final PostgresServer server;

  JdbcTest(PostgresServer server) {
    this.server = server;
  }

  @ParameterizedTest(name = "{1} queries in {0} pooling")
  @CsvSource({
    "session, simple",
    "session, extended",
    "transaction, simple",
    "transaction, extended"
  })
  void transactions_batches_copies_and_large_results_work(String poolMode, String queryMode)
      throws Exception {
    Target direct = server.createDatabase("jdbc");
    try (TestPooler pooler = TestPooler.before(direct, poolMode, "default_pool_size = 2");
        Connection connection = pooler.target(direct).connect(options(poolMode, queryMode));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE jobs (id int PRIMARY KEY, what text)");
      connection.setAutoCommit(false);

      commitAndRollBack(connection);
      runBatches(connection);
      copyBothWays(connection);
      readInPortions(connection);

      connection.commit();
    }
  }

  private static Map<String, String> options(String poolMode, String queryMode) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("preferQueryMode", queryMode);
    if (poolMode.equals("transaction")) {
      options.put("prepareThreshold", "0"); // named statements need a session
    }
    return options;
  }

  private static void commitAndRollBack(Connection connection) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO jobs VALUES (?, ?)")) {
      for (int i = 0; i < 20; i++) {
        insert.setInt(1, i);
        insert.setString(2, "job ✓ " + i);
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
      connection.commit();
      insert.setInt(1, 3);
      assertThatThrownBy(insert::executeUpdate)
          .isInstanceOfSatisfying(
              PSQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
      assertThatThrownBy(() -> number(connection, "SELECT 1"))
          .isInstanceOfSatisfying(
              PSQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
      connection.rollback();
    }
    assertThat(number(connection, "SELECT count(*) FROM jobs")).isEqualTo(20);
    connection.commit();
  }

  private static void runBatches(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO jobs VALUES (?, repeat('b', 500))")) {
      for (int i = 1_000; i < 4_000; i++) {
        insert.setInt(1, i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(3_000).containsOnly(1);
      connection.commit();

      for (int id : new int[] {5_000, 1_500, 5_001}) {
        insert.setInt(1, id);
        insert.addBatch();
      }
      assertThatThrownBy(insert::executeBatch).isInstanceOf(BatchUpdateException.class);
      connection.rollback();
    }
    assertThat(number(connection, "SELECT count(*) FROM jobs")).isEqualTo(3_020);
  }

  private static void copyBothWays(Connection connection) throws Exception {
    CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
    StringBuilder rows = new StringBuilder();
    for (int i = 10_000; i < 30_000; i++) {
      rows.append(i).append("\tcopied\n");
    }
    assertThat(copies.copyIn("COPY jobs FROM STDIN", new StringReader(rows.toString())))
        .isEqualTo(20_000);
    connection.commit();

    assertThatThrownBy(() -> copies.copyIn("COPY jobs FROM STDIN", new StringReader("x\ty\n")))
        .isInstanceOfSatisfying(
            PSQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22P02"));
    connection.rollback();
    var abandoned = copies.copyIn("COPY jobs FROM STDIN");
    abandoned.writeToCopy("1\tnever\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, 8);
    abandoned.cancelCopy();
    connection.rollback();

    StringWriter out = new StringWriter();
    assertThat(copies.copyOut("COPY (SELECT id FROM jobs ORDER BY id) TO STDOUT", out))
        .isEqualTo(23_020);
    assertThat(out.toString()).endsWith("29999\n");
  }

  /** A fetch size makes a portal that is read by one Execute after another. */
  private static void readInPortions(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(100);
      try (ResultSet rows = statement.executeQuery("SELECT id FROM jobs ORDER BY id")) {
        int read = 0;
        while (rows.next()) {
          read++;
        }
        assertThat(read).isEqualTo(23_020);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void a_statement_is_cancelled_and_the_connection_goes_on(String poolMode) throws Exception {
    Target direct = server.createDatabase("jdbc");
    try (TestPooler pooler = TestPooler.before(direct, poolMode, "default_pool_size = 2");
        Connection connection = pooler.target(direct).connect();
        Connection watcher = direct.connect();
        Statement statement = connection.createStatement()) {
      CompletableFuture<Boolean> sleep =
          CompletableFuture.supplyAsync(() -> {
            try {
              return statement.execute("SELECT pg_sleep(60)");
            } catch (SQLException e) {
              throw new IllegalStateException(e.getSQLState(), e);
            }
          });
      await()
          .atMost(PATIENCE)
          .until(() ->
              number(
                      watcher,
                      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                          + " AND state = 'active' AND query LIKE '%pg_sleep%'"
                          + " AND pid <> pg_backend_pid()")
                  == 1);

      statement.cancel();

      assertThat(sleep).failsWithin(PATIENCE).withThrowableThat().withMessageContaining("57014");
      assertThat(number(connection, "SELECT 7")).isEqualTo(7);
    }
  }

  @Test
  void with_session_link_at_login_the_process_id_is_the_servers() throws Exception {
    Target direct = server.createDatabase("jdbc");
    try (TestPooler pooler = TestPooler.before(direct, "session", "session_link_at_login = 1");
        Connection first = pooler.target(direct).connect();
        Connection second = pooler.target(direct).connect()) {

      assertThat(first.unwrap(PGConnection.class).getBackendPID())
          .isEqualTo(number(first, "SELECT pg_backend_pid()"));
      assertThat(second.unwrap(PGConnection.class).getBackendPID())
          .isEqualTo(number(second, "SELECT pg_backend_pid()"))
          .isNotEqualTo(first.unwrap(PGConnection.class).getBackendPID());
    }
  }

  @Test
  void in_session_pooling_notifications_arrive_while_the_client_is_silent() throws Exception {
    Target direct = server.createDatabase("jdbc");
    try (TestPooler pooler = TestPooler.before(direct, "session");
        Connection listener = pooler.target(direct).connect();
        Connection speaker = pooler.target(direct).connect()) {
      listener.createStatement().execute("LISTEN news");

      speaker.createStatement().execute("NOTIFY news, 'one'");
      speaker.createStatement().execute("NOTIFY news, 'two'");

      List<String> heard = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .until(() -> {
            for (PGNotification news : listener.unwrap(PGConnection.class).getNotifications(100)) {
              heard.add(news.getParameter());
            }
            return heard.size() == 2;
          });
      assertThat(heard).containsExactly("one", "two");
    }
  }

  @Test
  void in_session_pooling_statements_are_prepared_by_name_and_forgotten_with_the_session()
      throws Exception {
    Target direct = server.createDatabase("jdbc");
    try (TestPooler pooler = TestPooler.before(direct, "session", "default_pool_size = 1")) {
      for (int session = 0; session < 3; session++) {
        try (Connection connection =
                pooler.target(direct).connect(Map.of("prepareThreshold", "1"));
            PreparedStatement twice = connection.prepareStatement("SELECT ? * 2")) {
          for (int i = 0; i < 5; i++) {
            twice.setInt(1, i);
            try (ResultSet row = twice.executeQuery()) {
              row.next();
              assertThat(row.getInt(1)).isEqualTo(2 * i);
            }
          }
          assertThat(number(connection, "SELECT count(*) FROM pg_prepared_statements"))
              .isPositive();
        }
      }
    }
  }

  private static int number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }
}
