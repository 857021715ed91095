package dev.howdah.failover.control;

import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.SyncRule;

/**
 * Something to be done to one PostgreSQL node. Each may be done twice without harm. Those that name
 * a revision are carried out only if the topology still has it, which is checked while holding the
 * node's lock: so a controller that slept cannot undo what its successor did.
 */
public sealed interface NodeAction {

  /** The node it is done to. */
  NodeSpec node();

  /** Stops a standby's WAL receiver and reads what it has received after that. */
  record StopReceiver(NodeSpec node) implements NodeAction {}

  /** Makes a node that should not be written to read-only, and ends its clients' connections. */
  record Fence(NodeSpec node) implements NodeAction {}

  /** Takes the mark of fencing away. */
  record Unfence(NodeSpec node) implements NodeAction {}

  /**
   * Makes a primary that is to hand over read-only, ends its clients' connections, and reads where
   * its WAL ends after that. Always by SQL, since the node has to answer.
   *
   * @param revision of the topology that fences it
   */
  record Seal(NodeSpec node, long revision) implements NodeAction {}

  /**
   * Takes back a {@link Seal}, and waits until new transactions may write again.
   *
   * @param revision of the topology that fenced it
   */
  record Unseal(NodeSpec node, long revision) implements NodeAction {}

  /** Waits a while until a standby has received and replayed everything up to {@code until}. */
  record CatchUp(NodeSpec node, Lsn until) implements NodeAction {}

  /** Looks for what may be in the way of a switchover. */
  record Inspect(NodeSpec node) implements NodeAction {}

  /**
   * Sets the rule of synchronous replication for the time after, promotes, and waits for it.
   *
   * @param rule put in force before the promotion
   * @param revision of the topology that names the node as candidate
   */
  record Promote(NodeSpec node, SyncRule rule, long revision) implements NodeAction {}

  /**
   * Puts a rule of synchronous replication in force on the primary.
   *
   * @param revision of the topology whose target the rule is
   */
  record ApplySync(NodeSpec node, SyncRule rule, long revision) implements NodeAction {}

  /** Lets a standby receive from another node. */
  record Repoint(NodeSpec node, NodeSpec upstream) implements NodeAction {}

  /** Writes a checkpoint, so that a new primary's next crash recovery is short. */
  record Checkpoint(NodeSpec node) implements NodeAction {}

  /** Makes a node whose history has left the primary's a standby again, by the operator's hook. */
  record Rejoin(NodeSpec node, NodeSpec primary) implements NodeAction {}
}
