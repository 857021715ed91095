package dev.howdah.failover.observe;

import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Lsn;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Asks one node for its facts over one held connection, opened when first needed and opened anew
 * after any failure.
 *
 * <p>Blocking; made for a virtual thread of its own. One thread at a time.
 */
public final class NodeProbe implements AutoCloseable {

  /*
   * pg_is_in_recovery() is read once, so that a promotion in the middle cannot mix two roles in one
   * answer. The timeline of a primary comes from the name of its WAL file, because
   * pg_control_checkpoint() shows the old timeline until the first checkpoint after a promotion. That
   * of a standby whose receiver is stopped comes from the names of the files it was given, for the
   * control file may be a timeline behind them, and the standby would pass for one that diverged. A
   * restarted walreceiver reports the start of a segment, hence the greatest of received and
   * replayed.
   */
  private static final String FACTS =
      """
      SELECT role.standby,
             (SELECT system_identifier FROM pg_control_system())::text AS system_identifier,
             CASE WHEN role.standby
               THEN greatest((SELECT received_tli FROM pg_stat_wal_receiver),
                             (SELECT timeline_id FROM pg_control_checkpoint()),
                             (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
                            CASE WHEN NOT EXISTS (SELECT FROM pg_stat_wal_receiver) THEN
                              (SELECT max(('x' || substr(name, 1, 8))::bit(32)::int)
                                 FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$')
                            END)
               ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
             END AS timeline,
             CASE WHEN role.standby
               THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
               ELSE pg_current_wal_lsn()
             END::text AS position,
             CASE WHEN role.standby THEN pg_last_wal_replay_lsn() END::text AS replayed,
             CASE WHEN NOT role.standby THEN NULL
               WHEN pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
               ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000
             END::bigint AS replay_lag_ms,
             (SELECT sender_host FROM pg_stat_wal_receiver) AS sender_host,
             (SELECT sender_port FROM pg_stat_wal_receiver) AS sender_port,
             current_setting('default_transaction_read_only')::boolean AS read_only
        FROM (SELECT pg_is_in_recovery() AS standby OFFSET 0) role
      """;

  private static final String STANDBYS =
      """
      SELECT application_name, host(client_addr) AS address, coalesce(state, 'unknown') AS state,
             sent_lsn::text AS sent, flush_lsn::text AS flushed, replay_lsn::text AS replayed,
             coalesce(sync_state, 'unknown') AS sync_state
        FROM pg_stat_replication
       ORDER BY application_name, pid
      """;

  private final Endpoint endpoint;
  private final NodeCredentials credentials;
  private final ProbeDeadlines deadlines;
  private @Nullable Connection connection;

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException if {@code endpoint} is a Unix-domain socket, which JDBC cannot
   *     reach
   */
  public NodeProbe(Endpoint endpoint, NodeCredentials credentials, ProbeDeadlines deadlines) {
    if (endpoint.isUnixSocket()) {
      throw new IllegalArgumentException("a probe needs a TCP endpoint, not " + endpoint);
    }
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.deadlines = deadlines;
  }

  /**
   * Reads the node's facts now.
   *
   * @throws SQLException if the node cannot be reached, refuses, or misses a deadline; the
   *     connection is then dropped and the next call opens another
   */
  public NodeObservation observe() throws SQLException {
    boolean answered = false;
    try {
      Connection open = connection();
      long sentAt = System.nanoTime();
      NodeObservation observation = read(open, sentAt);
      answered = true;
      return observation;
    } finally {
      if (!answered) {
        close();
      }
    }
  }

  /** Whether a connection is held from an earlier call. */
  public boolean isConnected() {
    return connection != null;
  }

  /**
   * Writes a few bytes of WAL on a primary, so that a standby's lag can be told from silence on an
   * idle system. Does nothing without a connection.
   *
   * @throws SQLException as {@link #observe()}
   */
  public void writeHeartbeat() throws SQLException {
    Connection open = connection;
    if (open == null) {
      return;
    }
    boolean written = false;
    try (Statement statement = open.createStatement()) {
      statement.execute("SELECT pg_logical_emit_message(false, 'howdah', '')");
      written = true;
    } finally {
      if (!written) {
        close();
      }
    }
  }

  /** Drops the connection; a later {@link #observe()} opens another. */
  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        // abort() does not wait for a server that may be silent.
        open.abort(Runnable::run);
      } catch (SQLException e) {
        throw new IllegalStateException("abort of a connection to " + endpoint + " was refused", e);
      }
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = DriverManager.getConnection(url(), properties());
      connection = open;
      open.setNetworkTimeout(Runnable::run, Math.toIntExact(deadlines.query().toMillis()));
    }
    return open;
  }

  private String url() {
    String host = endpoint.host().indexOf(':') >= 0 ? "[" + endpoint.host() + "]" : endpoint.host();
    return "jdbc:postgresql://" + host + ":" + endpoint.port() + "/" + credentials.database();
  }

  private Properties properties() {
    long queryMillis = deadlines.query().toMillis();
    Properties properties = new Properties();
    properties.setProperty("user", credentials.user());
    credentials.password().ifPresent(password -> properties.setProperty("password", password));
    credentials.tls().addTo(properties);
    properties.setProperty("ApplicationName", "howdah probe");
    // loginTimeout takes fractions and bounds the whole log-in; connectTimeout takes whole seconds.
    properties.setProperty(
        "loginTimeout", String.format(Locale.ROOT, "%.3f", deadlines.connect().toMillis() / 1e3));
    properties.setProperty("connectTimeout", wholeSeconds(deadlines.connect()));
    properties.setProperty("socketTimeout", wholeSeconds(deadlines.connect()));
    // The server gives up as well, so that a slow node does not collect our abandoned questions.
    properties.setProperty("options", "-c statement_timeout=" + queryMillis);
    return properties;
  }

  private static String wholeSeconds(Duration deadline) {
    return Long.toString(Math.ceilDiv(deadline.toMillis(), 1000L));
  }

  private NodeObservation read(Connection open, long sentAtNanos) throws SQLException {
    List<ConnectedStandby> standbys = new ArrayList<>();
    try (Statement statement = open.createStatement()) {
      try (ResultSet row = statement.executeQuery(STANDBYS)) {
        while (row.next()) {
          standbys.add(standby(row));
        }
      }
      try (ResultSet row = statement.executeQuery(FACTS)) {
        row.next();
        boolean inRecovery = row.getBoolean("standby");
        Lsn position = lsn(row, "position");
        long lagMillis = row.getLong("replay_lag_ms");
        Optional<Duration> lag =
            row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(lagMillis));
        return new NodeObservation(
            endpoint,
            inRecovery,
            row.getString("system_identifier"),
            row.getInt("timeline"),
            position,
            inRecovery ? lsn(row, "replayed") : position,
            lag,
            upstream(row),
            row.getBoolean("read_only"),
            standbys,
            sentAtNanos);
      }
    }
  }

  private static Optional<Endpoint> upstream(ResultSet row) throws SQLException {
    String host = row.getString("sender_host");
    int port = row.getInt("sender_port");
    return host == null || host.isEmpty() || port == 0
        ? Optional.empty()
        : Optional.of(new Endpoint(host, port));
  }

  private static ConnectedStandby standby(ResultSet row) throws SQLException {
    return new ConnectedStandby(
        row.getString("application_name"),
        Optional.ofNullable(row.getString("address")),
        row.getString("state"),
        lsn(row, "sent"),
        lsn(row, "flushed"),
        lsn(row, "replayed"),
        row.getString("sync_state"));
  }

  private static Lsn lsn(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? Lsn.ZERO : Lsn.parse(text);
  }
}
