package dev.howdah.it.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Transactions that say of themselves that they only read. */
class ReadOnlyTransactionsTest {
  private static Nodes nodes;

  @BeforeAll
  static void start() throws SQLException {
    nodes = new Nodes(1);
    nodes
        .primary()
        .execute(
            Nodes.DATABASE,
            "CREATE TABLE t (n int)",
            "INSERT INTO t VALUES (0)",
            "CREATE SEQUENCE base_cache_signaling_default",
            """
            CREATE FUNCTION xid_of_reader() RETURNS text LANGUAGE sql AS
              'SELECT pg_current_xact_id()::text'\
            """);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static int primaryPort() {
    return nodes.primary().endpoint().port();
  }

  private static int standbyPort() {
    return nodes.standby(0).endpoint().port();
  }

  private static Connection simple(TestPooler pooler) throws SQLException {
    return pooler.target(nodes.direct()).connect(Map.of("preferQueryMode", "simple"));
  }

  @Test
  void what_declares_itself_read_only_runs_on_a_replica() throws SQLException {
    try (TestPooler pooler = nodes.pooler("", "");
        Connection connection = simple(pooler);
        Statement statement = connection.createStatement()) {
      assertThat(Nodes.port(statement)).as("autocommit").isEqualTo(primaryPort());
      for (String begin :
          new String[] {
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            "START TRANSACTION READ ONLY",
            "BEGIN; SET TRANSACTION READ ONLY"
          }) {
        for (String part : begin.split("; ", -1)) {
          statement.execute(part);
        }
        assertThat(Nodes.port(statement)).as(begin).isEqualTo(standbyPort());
        assertThat(Nodes.port(statement)).as(begin).isEqualTo(standbyPort());
        statement.execute("COMMIT");
      }
      statement.execute("BEGIN");
      assertThat(Nodes.port(statement)).as("BEGIN").isEqualTo(primaryPort());
      statement.execute("COMMIT");
      statement.execute("SET default_transaction_read_only = on");
      assertThat(Nodes.port(statement)).as("read only by default").isEqualTo(standbyPort());
      statement.execute("BEGIN READ WRITE");
      assertThat(Nodes.port(statement)).as("BEGIN READ WRITE").isEqualTo(primaryPort());
      statement.execute("INSERT INTO t VALUES (1)");
      statement.execute("ROLLBACK");
    }
  }

  @Test
  void the_extended_protocol_is_routed_as_well() throws SQLException {
    try (TestPooler pooler = nodes.pooler("", "");
        Connection connection = pooler.target(nodes.direct()).connect()) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        for (int i = 0; i < 10; i++) {
          assertThat(Nodes.port(statement)).isEqualTo(standbyPort());
          connection.commit();
        }
      }
    }
  }

  @Test
  void a_hint_asks_for_a_replica() throws SQLException {
    try (TestPooler pooler = nodes.pooler("", "");
        Connection connection = simple(pooler);
        Statement statement = connection.createStatement()) {
      String ask = "SELECT setting FROM pg_settings WHERE name = 'port'";
      assertThat(first(statement, "/* howdah: target=prefer-replica */ " + ask))
          .isEqualTo(Integer.toString(standbyPort()));
      assertThat(first(statement, ask)).isEqualTo(Integer.toString(primaryPort()));
    }
  }

  @Test
  void odoos_signals_are_read_on_the_primary() throws SQLException {
    try (TestPooler pooler = nodes.pooler("", "");
        Connection connection = simple(pooler);
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      statement.execute("SELECT last_value FROM base_cache_signaling_default");
      assertThat(Nodes.port(statement)).isEqualTo(primaryPort());
      statement.execute("COMMIT");
    }
  }

  @Test
  void what_a_replica_refuses_runs_on_the_primary() throws SQLException {
    try (TestPooler pooler = nodes.pooler("", "");
        Connection connection = simple(pooler);
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN READ ONLY");
      assertThat(first(statement, "SELECT xid_of_reader()")).matches("\\d+");
      assertThat(Nodes.port(statement)).isEqualTo(primaryPort());
      statement.execute("COMMIT");
    }
  }

  @Test
  void a_read_sees_what_was_written_before_it() throws SQLException {
    Target erp = nodes.direct();
    try (TestPooler pooler = nodes.pooler("", "");
        Connection writer = pooler.target(erp).connect(Map.of("preferQueryMode", "simple"));
        Connection reader = pooler.target(erp).connect(Map.of("preferQueryMode", "simple"));
        Statement write = writer.createStatement();
        Statement read = reader.createStatement()) {
      int onReplica = 0;
      for (int i = 1; i <= 200; i++) {
        write.execute("UPDATE t SET n = " + i);
        read.execute("BEGIN READ ONLY");
        assertThat(first(read, "SELECT n FROM t")).isEqualTo(Integer.toString(i));
        onReplica += Nodes.port(read) == standbyPort() ? 1 : 0;
        read.execute("COMMIT");
      }
      assertThat(onReplica).as("reads on the replica").isGreaterThan(100);
    }
  }

  private static String first(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
