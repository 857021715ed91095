package dev.howdah.failover.agent;

import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.WriteLease;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What this process knows and has counted of its cluster, for metrics. Written by the agents, read
 * by anybody.
 */
public final class ClusterCounters {

  private final ProcessIdentity identity;
  private final Map<String, Evidence> evidence = new ConcurrentHashMap<>();
  private final LongAdder storeReads = new LongAdder();
  private final LongAdder storeReadNanos = new LongAdder();
  private final LongAdder storeFailures = new LongAdder();
  private final LongAdder failovers = new LongAdder();
  private final LongAdder switchovers = new LongAdder();
  private volatile Optional<ClusterMap> map = Optional.empty();
  private volatile Supplier<WriteLease> lease = () -> WriteLease.NONE;
  private volatile Supplier<Boolean> leading = () -> false;

  /** Nothing known yet. */
  public ClusterCounters(ProcessIdentity identity) {
    this.identity = identity;
  }

  /** The process. */
  public ProcessIdentity identity() {
    return identity;
  }

  void leaseFrom(Supplier<WriteLease> source) {
    lease = source;
  }

  void leadingFrom(Supplier<Boolean> source) {
    leading = source;
  }

  void storeAnswered(long nanos) {
    storeReads.increment();
    storeReadNanos.add(nanos);
  }

  void storeSilent() {
    storeFailures.increment();
  }

  void observed(String node, Evidence now) {
    evidence.put(node, now);
  }

  /** A newer map is followed; counts primaries that have moved since the one before. */
  void followed(ClusterMap now) {
    Optional<ClusterMap> before = map;
    map = Optional.of(now);
    evidence.keySet().retainAll(now.nodes().stream().map(NodeSpec::name).toList());
    Topology topology = now.topology();
    boolean moved =
        before.isPresent()
            && topology.state() == TopologyState.SERVING
            && !before.get().topology().primary().equals(topology.primary());
    if (moved) {
      (topology.operation().kind() == OperationKind.SWITCHOVER ? switchovers : failovers)
          .increment();
    }
  }

  /** What is followed; empty before the first topology was read. */
  public Optional<ClusterMap> map() {
    return map;
  }

  /** The newest lease. */
  public WriteLease lease() {
    return lease.get();
  }

  /** Whether the controller in this process leads. */
  public boolean isLeading() {
    return leading.get();
  }

  /** What this process sees of each node. */
  public Map<String, Evidence> evidence() {
    return Map.copyOf(evidence);
  }

  /** Reads of the store that were answered. */
  public long storeReads() {
    return storeReads.sum();
  }

  /** How long those took together. */
  public long storeReadNanos() {
    return storeReadNanos.sum();
  }

  /** Reads of the store without an answer in time. */
  public long storeFailures() {
    return storeFailures.sum();
  }

  /** Failovers that this process has seen. */
  public long failovers() {
    return failovers.sum();
  }

  /** Switchovers that this process has seen. */
  public long switchovers() {
    return switchovers.sum();
  }
}
