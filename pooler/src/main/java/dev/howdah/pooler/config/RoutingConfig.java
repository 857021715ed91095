package dev.howdah.pooler.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The nodes, and which transactions go to which.
 *
 * @param nodes in the order of the file; empty when there is nothing to route
 * @param probing how the nodes are watched
 * @param limits how far behind a replica may be
 * @param readOnlyTransactions where transactions go that declare themselves READ ONLY
 * @param readYourWrites whose writes a read is sure to see
 * @param replicaWait how long a read waits for a replica to have them, before it takes the primary
 * @param replicaFallback what becomes of reads when no replica may be used
 * @param zone where this pooler stands; replicas there are preferred; empty for no preference
 * @param replicaPort clients that connect to this port read from replicas; 0 for no such port
 * @param primaryOnlyRelations names, or beginnings of names before a star, whose mention in a
 *     transaction's first statement keeps it on the primary
 */
public record RoutingConfig(
    List<NodeConfig> nodes,
    Probing probing,
    Limits limits,
    Target readOnlyTransactions,
    ReadYourWrites readYourWrites,
    Duration replicaWait,
    ReplicaFallback replicaFallback,
    String zone,
    int replicaPort,
    List<String> primaryOnlyRelations) {

  /** The name of the cluster that the nodes are. */
  public static final String CLUSTER = "main";

  public RoutingConfig {
    nodes = List.copyOf(nodes);
    primaryOnlyRelations = List.copyOf(primaryOnlyRelations);
    Checks.notNegative("replica_wait", replicaWait);
  }

  /**
   * How the nodes are watched.
   *
   * @param user who we log in as to ask; empty for the user of nobody, with {@link
   *     TopologyKind#STATIC}
   * @param password of {@code user}; empty to take the one of the user list
   * @param database where we log in
   * @param interval from one question to the next
   * @param timeout a node that does not answer for so long is not used
   */
  public record Probing(
      TopologyKind kind,
      String user,
      Optional<String> password,
      String database,
      Duration interval,
      Duration timeout) {

    public Probing {
      Checks.notNegative("check_interval", interval);
      Checks.notNegative("check_timeout", timeout);
    }

    @Override
    public String toString() {
      return kind.word() + " as " + user + " every " + interval;
    }
  }

  /**
   * How far behind a replica may be and still serve reads.
   *
   * @param time zero for no limit
   * @param bytes zero for no limit
   * @param slowStart how long a replica that has come back gets fewer reads than its share
   */
  public record Limits(Duration time, long bytes, Duration slowStart) {

    public Limits {
      Checks.notNegative("max_replica_lag", time);
      Checks.notNegative("replica_slow_start", slowStart);
    }
  }

  /** Whether there are nodes to choose from. */
  public boolean isOn() {
    return !nodes.isEmpty();
  }

  /** The same with nodes and probing as in {@code other}, which need a restart. */
  RoutingConfig keeping(RoutingConfig other) {
    return new RoutingConfig(
        other.nodes,
        other.probing,
        limits,
        readOnlyTransactions,
        readYourWrites,
        replicaWait,
        replicaFallback,
        zone,
        other.replicaPort,
        primaryOnlyRelations);
  }
}
