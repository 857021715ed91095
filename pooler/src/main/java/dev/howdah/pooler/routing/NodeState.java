package dev.howdah.pooler.routing;

import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.topology.Lsn;

/**
 * How a node stood when it was last looked at. Immutable.
 *
 * @param exclusion why it serves no reads, in a few words; empty when it does
 * @param position where the primary writes, or up to where a replica has replayed
 * @param received what a replica has received
 * @param lagBytes what a replica has not replayed of what the primary is known to have written
 * @param lagNanos how long ago the primary wrote the first byte that the replica has not replayed
 * @param heardAtNanos monotonic time of the last answer; 0 for none yet
 * @param servesSinceNanos monotonic time since which it may serve reads; 0 while it may not
 */
public record NodeState(
    NodeConfig node,
    Role role,
    String exclusion,
    String systemIdentifier,
    int timeline,
    Lsn position,
    Lsn received,
    long lagBytes,
    long lagNanos,
    long heardAtNanos,
    long servesSinceNanos) {

  /** What a node is. */
  public enum Role {
    /** It has not answered yet, or not for too long. */
    UNKNOWN,
    /** Transactions that may write run here. */
    PRIMARY,
    /** A standby. */
    REPLICA
  }

  /** A node that nobody has heard of. */
  static NodeState unheard(NodeConfig node) {
    return new NodeState(
        node, Role.UNKNOWN, "has not answered yet", "", 0, Lsn.ZERO, Lsn.ZERO, 0, 0, 0, 0);
  }

  /** Whether reads may go to it. */
  public boolean serves() {
    return role == Role.REPLICA && exclusion.isEmpty();
  }
}
