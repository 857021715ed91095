package dev.howdah.failover.agent;

import dev.howdah.failover.decide.Initialization;
import dev.howdah.failover.decide.Initialization.Found;
import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.observe.NodeObservation;
import dev.howdah.failover.observe.NodeProbe;
import dev.howdah.failover.observe.ProbeDeadlines;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.Guard;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.failover.store.WriteResult;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.NodeSpec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Describes a cluster in the store for the first time. */
public final class ClusterStart {

  private static final ProbeDeadlines DEADLINES =
      new ProbeDeadlines(Duration.ofSeconds(3), Duration.ofSeconds(3));

  private ClusterStart() {}

  /**
   * Writes nodes, configuration and topology, all at once, unless there is a topology already.
   *
   * @param by who asks for it
   * @param operationId unique
   * @return nothing if the cluster is described now, else why not, in words for an operator
   */
  public static Optional<String> initialize(
      CoordinationStore store,
      List<NodeSpec> nodes,
      NodeCredentials credentials,
      DynamicConfig config,
      String by,
      String operationId)
      throws StoreUnavailableException, InterruptedException {
    if (store.read(List.of(Keys.TOPOLOGY)).get(Keys.TOPOLOGY).isPresent()) {
      return Optional.empty();
    }
    List<Found> answered = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (NodeSpec node : nodes) {
      try (NodeProbe probe = new NodeProbe(node.endpoint(), credentials, DEADLINES)) {
        NodeObservation seen = probe.observe();
        answered.add(
            new Found(node.name(), seen.inRecovery(), seen.systemIdentifier(), seen.timeline()));
      } catch (SQLException e) {
        silent.add(node.name() + " (" + e.getMessage() + ")");
      }
    }
    return switch (Initialization.plan(answered, silent, config, by, operationId)) {
      case Initialization.Outcome.Impossible(String reason) -> Optional.of(reason);
      case Initialization.Outcome.Created created -> {
        List<GuardedWrite.Change> changes = new ArrayList<>();
        changes.add(change(Keys.TOPOLOGY, created.topology()));
        changes.add(change(Keys.CONFIG, config));
        nodes.forEach(node -> changes.add(change(Keys.node(node.name()), node)));
        List<Guard> guards = changes.stream().map(change -> new Guard(change.key(), 0)).toList();
        WriteResult result = store.write(new GuardedWrite(guards, changes));
        yield result instanceof WriteResult.Unknown unknown
            ? Optional.of("the store did not answer: " + unknown.reason())
            : store.read(List.of(Keys.TOPOLOGY)).get(Keys.TOPOLOGY).isPresent()
                ? Optional.empty()
                : Optional.of("another process has written part of the cluster; try again");
      }
    };
  }

  private static GuardedWrite.Change change(String key, Record value) {
    return new GuardedWrite.Change(key, Optional.of(RecordJson.write(value)));
  }
}
