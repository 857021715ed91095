package dev.howdah.failover.decide;

import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Topology;

/**
 * A standby whose WAL receiver was stopped, and what it had received after that.
 *
 * @param node its specification
 * @param inRecovery whether it is a standby at all
 * @param systemIdentifier of its copy
 * @param timeline of the last WAL it received
 * @param received the end of that WAL, replayed or not: a standby replays all it has before it
 *     opens
 */
public record Recruit(
    NodeSpec node, boolean inRecovery, String systemIdentifier, int timeline, Lsn received) {

  /** Whether its history is a beginning of the primary's, or all of it. */
  public boolean descendsTo(Topology topology) {
    return inRecovery
        && systemIdentifier.equals(topology.systemIdentifier())
        && topology.includes(timeline, received);
  }
}
