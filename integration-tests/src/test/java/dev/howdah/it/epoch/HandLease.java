package dev.howdah.it.epoch;

import dev.howdah.it.fixture.Target;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyListener;
import dev.howdah.topology.TopologySource;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.WriteLease;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Decides about a cluster by the hand of a test. One thread at a time. */
final class HandLease implements TopologySource {
  private static final long LONG_NANOS = Duration.ofMinutes(10).toNanos();

  private final List<NodeSpec> nodes;
  private final Map<String, String> identifiers = new HashMap<>();
  private volatile WriteLease lease = WriteLease.NONE;
  private volatile @Nullable TopologyListener listener;
  private Topology topology;

  /**
   * Nothing is decided yet.
   *
   * @param servers the databases by which the nodes can be asked, in their order
   */
  HandLease(List<NodeSpec> nodes, List<Target> servers) throws SQLException {
    this.nodes = nodes;
    for (int i = 0; i < nodes.size(); i++) {
      identifiers.put(nodes.get(i).name(), systemIdentifier(servers.get(i)));
    }
    this.topology =
        new Topology(
            Epoch.FIRST,
            TopologyState.SERVING,
            nodes.getFirst().name(),
            1,
            identifier(nodes.getFirst().name()),
            List.of(),
            SyncRules.NONE,
            2_000,
            new Operation(
                "1",
                OperationKind.INITIALIZE,
                "a test began",
                "the test",
                Optional.empty(),
                Optional.empty(),
                Lsn.ZERO,
                Lsn.ZERO));
  }

  private static String systemIdentifier(Target server) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT system_identifier FROM pg_control_system()")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private String identifier(String node) {
    return Objects.requireNonNull(identifiers.get(node));
  }

  @Override
  public WriteLease lease() {
    return lease;
  }

  @Override
  public void follow(TopologyListener follower) {
    listener = follower;
  }

  /** The lease ends, with nothing else changed. */
  void lapse() {
    lease = WriteLease.NONE;
  }

  /** The lease is renewed. */
  void renew() {
    lease = new WriteLease(topology.epoch().value(), System.nanoTime() + LONG_NANOS);
  }

  /** The present topology is made known. */
  CompletableFuture<Void> publish() {
    if (topology.state().permitsWrites()) {
      renew();
    } else {
      lapse();
    }
    return Objects.requireNonNull(listener)
        .follow(new ClusterMap(topology, nodes))
        .toCompletableFuture();
  }

  void pause() {
    topology = with(topology.epoch(), TopologyState.PAUSING, topology.primary());
  }

  void fence() {
    topology = with(topology.epoch().next(), TopologyState.FENCED, topology.primary());
  }

  void serve(String primary) {
    topology = with(topology.epoch(), TopologyState.SERVING, primary);
  }

  /** A node is declared the primary that belongs to the cluster of another one. */
  void serveAs(String primary, String clusterOf) {
    topology = with(topology.epoch(), TopologyState.SERVING, primary, identifier(clusterOf));
  }

  /** Fences, and returns when the pooler has let go. */
  void fenceAndAwait() throws Exception {
    fence();
    publish().get(5, TimeUnit.SECONDS);
  }

  private Topology with(Epoch epoch, TopologyState state, String primary) {
    return with(epoch, state, primary, identifier(primary));
  }

  private Topology with(Epoch epoch, TopologyState state, String primary, String systemIdentifier) {
    return new Topology(
        epoch,
        state,
        primary,
        topology.timeline(),
        systemIdentifier,
        topology.forks(),
        topology.sync(),
        topology.writeLeaseMillis(),
        topology.operation());
  }
}
