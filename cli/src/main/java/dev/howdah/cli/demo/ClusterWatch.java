package dev.howdah.cli.demo;

import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.observe.NodeObservation;
import dev.howdah.failover.observe.NodeProbe;
import dev.howdah.failover.observe.ProbeDeadlines;
import dev.howdah.topology.Endpoint;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches primary and standby past the pooler, on a virtual thread: how many server connections
 * PostgreSQL itself counts, and how far the standby is behind.
 */
final class ClusterWatch implements AutoCloseable {

  private static final long EVERY_MILLIS = 200;
  private static final NodeCredentials CREDENTIALS =
      new NodeCredentials(LocalPostgres.SUPERUSER, Optional.empty(), "postgres");
  private static final ProbeDeadlines DEADLINES =
      new ProbeDeadlines(Duration.ofSeconds(5), Duration.ofSeconds(5));

  private final LocalPostgres primary;
  private final NodeProbe primaryProbe;
  private final NodeProbe standbyProbe;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile long serverConnections;
  private volatile long serverConnectionsMax;
  private volatile OptionalLong lagBytes = OptionalLong.empty();

  private ClusterWatch(LocalPostgres primary, LocalPostgres standby) {
    this.primary = primary;
    this.primaryProbe = probe(primary.endpoint());
    this.standbyProbe = probe(standby.endpoint());
    this.thread = Thread.ofVirtual().name("cluster-watch").unstarted(this::watch);
  }

  /** Watches until closed. */
  static ClusterWatch start(LocalPostgres primary, LocalPostgres standby) {
    ClusterWatch watch = new ClusterWatch(primary, standby);
    watch.thread.start();
    return watch;
  }

  /** Waits until the primary says that its standby streams; false when {@code deadline} passes. */
  static boolean awaitStreaming(LocalPostgres primary, Duration deadline)
      throws SQLException, InterruptedException {
    long startedAt = System.nanoTime();
    try (NodeProbe probe = probe(primary.endpoint())) {
      while (System.nanoTime() - startedAt < deadline.toNanos()) {
        if (probe.observe().standbys().stream().anyMatch(standby -> standby.isStreaming())) {
          return true;
        }
        Thread.sleep(50);
      }
    }
    return false;
  }

  /** Waits until the standby has replayed all the primary has written by now. */
  static boolean awaitCaughtUp(LocalPostgres primary, LocalPostgres standby, Duration deadline)
      throws SQLException, InterruptedException {
    long startedAt = System.nanoTime();
    try (NodeProbe askPrimary = probe(primary.endpoint());
        NodeProbe askStandby = probe(standby.endpoint())) {
      NodeObservation written = askPrimary.observe();
      while (System.nanoTime() - startedAt < deadline.toNanos()) {
        if (askStandby.observe().lagBytesBehind(written) == 0) {
          return true;
        }
        Thread.sleep(50);
      }
    }
    return false;
  }

  /** Server connections of the shop at the last look. */
  long serverConnections() {
    return serverConnections;
  }

  /** The most there ever were. */
  long serverConnectionsMax() {
    return serverConnectionsMax;
  }

  /** How far readers of the standby are behind; empty while a node does not answer. */
  OptionalLong lagBytes() {
    return lagBytes;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try (primaryProbe;
        standbyProbe) {
      while (closing.getCount() > 0) {
        try (Connection connection = primary.connect("postgres")) {
          watch(connection);
        } catch (SQLException _) {
          // Shown as "unknown"; the next round asks again.
          lagBytes = OptionalLong.empty();
          closing.await(EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(Connection connection) throws SQLException, InterruptedException {
    while (!closing.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
      serverConnections = count(connection);
      serverConnectionsMax = Math.max(serverConnectionsMax, serverConnections);
      NodeObservation standby = standbyProbe.observe();
      lagBytes = OptionalLong.of(standby.lagBytesBehind(primaryProbe.observe()));
    }
  }

  private static long count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '"
                    + Shop.DATABASE
                    + "' AND backend_type = 'client backend'")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static NodeProbe probe(Endpoint endpoint) {
    return new NodeProbe(endpoint, CREDENTIALS, DEADLINES);
  }
}
