package dev.howdah.failover.agent;

import dev.howdah.failover.act.ActionSettings;
import dev.howdah.failover.act.NodeCheckup;
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
    ActionSettings settings =
        new ActionSettings(
            credentials,
            credentials.user(),
            credentials.password(),
            Optional.empty(),
            Optional.empty(),
            Duration.ZERO);
    return initialize(store, nodes, settings, config, by, operationId);
  }

  /** The same with a role for replication, whose existence is checked as well. */
  static Optional<String> initialize(
      CoordinationStore store,
      List<NodeSpec> nodes,
      ActionSettings settings,
      DynamicConfig config,
      String by,
      String operationId)
      throws StoreUnavailableException, InterruptedException {
    if (store.read(List.of(Keys.TOPOLOGY)).get(Keys.TOPOLOGY).isPresent()) {
      return Optional.empty();
    }
    List<Found> answered = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    List<String> shortcomings = new ArrayList<>();
    for (NodeSpec node : nodes) {
      try (NodeProbe probe = new NodeProbe(node.endpoint(), settings.node(), DEADLINES)) {
        List<String> lacking = NodeCheckup.shortcomings(node, settings);
        shortcomings.addAll(lacking);
        if (lacking.isEmpty()) {
          NodeObservation seen = probe.observe();
          answered.add(
              new Found(node.name(), seen.inRecovery(), seen.systemIdentifier(), seen.timeline()));
        }
      } catch (SQLException e) {
        if (isRefusal(e)) {
          shortcomings.add(
              "%s does not let %s in: %s; check node_user, node_password and node_dbname in [cluster],"
                      .formatted(node.name(), settings.node().user(), e.getMessage())
                  + " and pg_hba.conf there");
        } else {
          silent.add(node.name() + " (" + e.getMessage() + ")");
        }
      }
    }
    return shortcomings.isEmpty()
        ? write(store, nodes, answered, silent, config, by, operationId)
        : Optional.of(String.join("\n", shortcomings));
  }

  /** Classes "Invalid Authorization Specification" and "Invalid Catalog Name". */
  private static boolean isRefusal(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return state.startsWith("28") || state.startsWith("3D");
  }

  private static Optional<String> write(
      CoordinationStore store,
      List<NodeSpec> nodes,
      List<Found> answered,
      List<String> silent,
      DynamicConfig config,
      String by,
      String operationId)
      throws StoreUnavailableException, InterruptedException {
    return switch (Initialization.plan(answered, silent, config, by, operationId)) {
      case Initialization.Outcome.Impossible(String reason) -> Optional.of(reason);
      case Initialization.Outcome.Created created -> {
        List<GuardedWrite.Change> changes = new ArrayList<>();
        changes.add(change(Keys.TOPOLOGY, created.topology()));
        changes.add(change(Keys.CONFIG, config));
        nodes.forEach(node -> changes.add(change(Keys.node(node.name()), node)));
        List<Guard> guards = changes.stream().map(change -> new Guard(change.key(), 0)).toList();
        WriteResult result = store.write(new GuardedWrite(guards, changes));
        if (result instanceof WriteResult.Unknown unknown) {
          throw new StoreUnavailableException(unknown.reason());
        }
        yield store.read(List.of(Keys.TOPOLOGY)).get(Keys.TOPOLOGY).isPresent()
            ? Optional.empty()
            : Optional.of("another process has written part of the cluster; try again");
      }
    };
  }

  private static GuardedWrite.Change change(String key, Record value) {
    return new GuardedWrite.Change(key, Optional.of(RecordJson.write(value)));
  }
}
