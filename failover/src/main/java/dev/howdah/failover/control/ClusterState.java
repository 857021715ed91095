package dev.howdah.failover.control;

import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordCache;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.Versioned;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.LeaderRecord;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.Registration;
import dev.howdah.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the store held at one revision.
 *
 * @param revision of the store; all but {@code topology} is as of this one
 * @param topology the newest that is known
 * @param topologyRevision of its key
 * @param leader absent when nobody ever led
 * @param leaderRevision of its key, 0 when it does not exist
 * @param config what is wanted
 * @param configRevision of its key, 0 when it does not exist
 * @param request of an operator, absent when there never was one
 * @param requestRevision of its key, 0 when it does not exist
 * @param nodes all nodes, sorted by name
 * @param poolers registrations by key
 * @param controllers registrations by key
 * @param revisions of those keys
 */
record ClusterState(
    long revision,
    Topology topology,
    long topologyRevision,
    Optional<LeaderRecord> leader,
    long leaderRevision,
    DynamicConfig config,
    long configRevision,
    Optional<OperatorRequest> request,
    long requestRevision,
    List<NodeSpec> nodes,
    Map<String, Registration> poolers,
    Map<String, Registration> controllers,
    Map<String, Long> revisions) {

  static final List<String> SELECTORS =
      List.of(
          Keys.TOPOLOGY,
          Keys.LEADER,
          Keys.CONFIG,
          Keys.REQUEST,
          Keys.NODES,
          Keys.POOLERS,
          Keys.CONTROLLERS);

  /** Nothing when there is no topology yet. */
  static Optional<ClusterState> of(Snapshot snapshot, RecordCache records) {
    Optional<Versioned> topology = snapshot.get(Keys.TOPOLOGY);
    if (topology.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Long> revisions = new TreeMap<>();
    return Optional.of(
        new ClusterState(
            snapshot.revision(),
            records.read(Keys.TOPOLOGY, topology.get(), Topology.class),
            topology.get().revision(),
            snapshot
                .get(Keys.LEADER)
                .map(entry -> records.read(Keys.LEADER, entry, LeaderRecord.class)),
            snapshot.revisionOf(Keys.LEADER),
            snapshot
                .get(Keys.CONFIG)
                .map(entry -> records.read(Keys.CONFIG, entry, DynamicConfig.class))
                .orElse(DynamicConfig.DEFAULTS),
            snapshot.revisionOf(Keys.CONFIG),
            snapshot
                .get(Keys.REQUEST)
                .map(entry -> records.read(Keys.REQUEST, entry, OperatorRequest.class)),
            snapshot.revisionOf(Keys.REQUEST),
            snapshot.under(Keys.NODES).entrySet().stream()
                .map(entry -> records.read(entry.getKey(), entry.getValue(), NodeSpec.class))
                .toList(),
            registrations(snapshot, Keys.POOLERS, records, revisions),
            registrations(snapshot, Keys.CONTROLLERS, records, revisions),
            revisions));
  }

  private static Map<String, Registration> registrations(
      Snapshot snapshot, String prefix, RecordCache records, Map<String, Long> revisions) {
    Map<String, Registration> found = new TreeMap<>();
    snapshot
        .under(prefix)
        .forEach((key, entry) -> {
          found.put(key, records.read(key, entry, Registration.class));
          revisions.put(key, entry.revision());
        });
    return found;
  }

  /** The same after a step was written of which the success is known. */
  ClusterState after(Step written, long writtenRevision) {
    return new ClusterState(
        revision,
        written.write().orElse(topology),
        written.write().isPresent() ? writtenRevision : topologyRevision,
        leader,
        leaderRevision,
        config,
        configRevision,
        written.request().or(() -> request),
        written.request().isPresent() ? writtenRevision : requestRevision,
        nodes,
        poolers,
        controllers,
        revisions);
  }

  /** The request that led to the operation of the topology, if it is there still. */
  Optional<OperatorRequest> runningRequest() {
    return request.filter(asked -> asked.id().equals(topology.operation().id()));
  }

  Optional<NodeSpec> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** All nodes but the primary of the topology. */
  List<NodeSpec> standbys() {
    return nodes.stream().filter(node -> !node.name().equals(topology.primary())).toList();
  }

  /**
   * Poolers that have not said since the pause that nothing runs through them. All of them as long
   * as nothing was read since.
   */
  List<Registration> undrained() {
    return poolers.values().stream()
        .filter(at -> revision < topologyRevision || !at.hasDrained(topology.operation()))
        .toList();
  }

  /** Whether the registrations were read after the topology was written. */
  boolean isReadSince() {
    return revision >= topologyRevision;
  }

  /**
   * Whether every pooler that may hold a lease on an earlier epoch has given it up. Registrations
   * from before the fencing prove nothing, since a pooler may have registered in between.
   */
  boolean allPoolersAcknowledged() {
    return revision >= topologyRevision
        && poolers.values().stream().allMatch(at -> at.hasAcknowledged(topology.epoch()));
  }
}
