package dev.howdah.failover.act;

import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.topology.Endpoint;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** One connection to one node for one action. One thread. */
final class NodeSession implements AutoCloseable {

  /** "howdah" in ASCII: the advisory lock that every change of a node's configuration takes. */
  private static final long LOCK = 0x686F77646168L;

  private static final long LOCK_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long POLL_MILLIS = 10;

  private final Connection connection;

  NodeSession(Endpoint endpoint, NodeCredentials credentials, Duration answer) throws SQLException {
    this(endpoint, credentials, Duration.ofSeconds(1), answer);
  }

  /** {@code connect} in whole seconds, for connection and log-in. */
  NodeSession(Endpoint endpoint, NodeCredentials credentials, Duration connect, Duration answer)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", credentials.user());
    credentials.password().ifPresent(password -> properties.setProperty("password", password));
    credentials.tls().addTo(properties);
    properties.setProperty("ApplicationName", "howdah controller");
    properties.setProperty("loginTimeout", Long.toString(connect.toSeconds()));
    properties.setProperty("connectTimeout", Long.toString(connect.toSeconds()));
    // Simple queries: ALTER SYSTEM takes no parameters and must be alone in its message.
    properties.setProperty("preferQueryMode", "simple");
    String host = endpoint.host().indexOf(':') >= 0 ? "[" + endpoint.host() + "]" : endpoint.host();
    connection =
        DriverManager.getConnection(
            "jdbc:postgresql://" + host + ":" + endpoint.port() + "/" + credentials.database(),
            properties);
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(answer.toMillis()));
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String text(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      String value = row.getString(1);
      return value == null ? "" : value;
    }
  }

  boolean truth(String sql) throws SQLException {
    return text(sql).equals("t");
  }

  /** Polls until {@code sql} is true. */
  boolean await(String sql, Duration patience) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!truth(sql)) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  /** Writes a setting to {@code postgresql.auto.conf}; {@link #reload} puts it in force. */
  void set(String name, String value) throws SQLException {
    execute("ALTER SYSTEM SET " + name + " = " + literal(value));
  }

  void reset(String name) throws SQLException {
    execute("ALTER SYSTEM RESET " + name);
  }

  void reload() throws SQLException {
    execute("SELECT pg_reload_conf()");
  }

  static String literal(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /**
   * Takes the node's lock, from another controller's session if need be: whoever loses it so has
   * lost his connection, and can change nothing any more.
   */
  void lock() throws SQLException, InterruptedException {
    long begun = System.nanoTime();
    while (!truth("SELECT pg_try_advisory_lock(" + LOCK + ")")) {
      if (System.nanoTime() - begun >= LOCK_PATIENCE_NANOS) {
        execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_locks
             WHERE locktype = 'advisory' AND granted AND objsubid = 1
               AND (classid::bigint << 32 | objid::bigint) = %d
               AND pid <> pg_backend_pid()
            """
                .formatted(LOCK));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
