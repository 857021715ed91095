package dev.howdah.failover.operate;

import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.Versioned;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.HistoryEntry;
import dev.howdah.topology.LeaderRecord;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Observation;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.Registration;
import dev.howdah.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that the store knows of a cluster, at one revision.
 *
 * @param topology absent before the cluster was described
 * @param topologyRevision of its key, 0 when it does not exist
 * @param leader absent when nobody ever led
 * @param config the defaults when none is stored
 * @param configRevision of its key, 0 when it does not exist
 * @param request the last one of an operator
 * @param requestRevision of its key, 0 when it does not exist
 * @param nodes by name
 * @param nodeRevisions by name
 * @param poolers registrations, by key
 * @param controllers registrations, by key
 * @param history by epoch, oldest first; empty unless it was asked for
 */
public record ClusterView(
    Optional<Topology> topology,
    long topologyRevision,
    Optional<LeaderRecord> leader,
    DynamicConfig config,
    long configRevision,
    Optional<OperatorRequest> request,
    long requestRevision,
    Map<String, NodeSpec> nodes,
    Map<String, Long> nodeRevisions,
    Map<String, Registration> poolers,
    Map<String, Registration> controllers,
    List<HistoryEntry> history) {

  static final List<String> SELECTORS =
      List.of(
          Keys.TOPOLOGY,
          Keys.LEADER,
          Keys.CONFIG,
          Keys.REQUEST,
          Keys.NODES,
          Keys.POOLERS,
          Keys.CONTROLLERS);

  static ClusterView of(Snapshot snapshot) {
    Map<String, NodeSpec> nodes = new TreeMap<>();
    Map<String, Long> revisions = new TreeMap<>();
    snapshot
        .under(Keys.NODES)
        .forEach((key, entry) -> {
          NodeSpec node = RecordJson.read(key, entry.value(), NodeSpec.class);
          nodes.put(node.name(), node);
          revisions.put(node.name(), entry.revision());
        });
    return new ClusterView(
        one(snapshot, Keys.TOPOLOGY, Topology.class),
        snapshot.revisionOf(Keys.TOPOLOGY),
        one(snapshot, Keys.LEADER, LeaderRecord.class),
        one(snapshot, Keys.CONFIG, DynamicConfig.class).orElse(DynamicConfig.DEFAULTS),
        snapshot.revisionOf(Keys.CONFIG),
        one(snapshot, Keys.REQUEST, OperatorRequest.class),
        snapshot.revisionOf(Keys.REQUEST),
        nodes,
        revisions,
        registrations(snapshot, Keys.POOLERS),
        registrations(snapshot, Keys.CONTROLLERS),
        snapshot.under(Keys.HISTORY).entrySet().stream()
            .map(entry ->
                RecordJson.read(entry.getKey(), entry.getValue().value(), HistoryEntry.class))
            .toList());
  }

  private static <T extends Record> Optional<T> one(Snapshot snapshot, String key, Class<T> type) {
    return snapshot.get(key).map(Versioned::value).map(json -> RecordJson.read(key, json, type));
  }

  private static Map<String, Registration> registrations(Snapshot snapshot, String prefix) {
    Map<String, Registration> found = new TreeMap<>();
    snapshot
        .under(prefix)
        .forEach((key, entry) ->
            found.put(key, RecordJson.read(key, entry.value(), Registration.class)));
    return found;
  }

  /**
   * What the leader sees of the nodes, by name; where no leader says anything, what anybody sees.
   * Told once a second, and at once when a node's evidence changes.
   */
  public Map<String, Observation> observations() {
    Map<String, Observation> found = new TreeMap<>();
    poolers.values().stream()
        .flatMap(at -> at.observations().stream())
        .forEach(seen -> found.put(seen.node(), seen));
    controllers.values().stream()
        .flatMap(at -> at.observations().stream())
        .forEach(seen -> found.put(seen.node(), seen));
    controllers.values().stream()
        .filter(at -> leader.filter(it -> it.bootId().equals(at.bootId())).isPresent())
        .flatMap(at -> at.observations().stream())
        .forEach(seen -> found.put(seen.node(), seen));
    return found;
  }
}
