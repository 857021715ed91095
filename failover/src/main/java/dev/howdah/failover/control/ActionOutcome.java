package dev.howdah.failover.control;

import dev.howdah.topology.Lsn;
import dev.howdah.topology.SyncRule;

/** What became of a {@link NodeAction}. */
public sealed interface ActionOutcome {

  /** It was done. */
  record Done() implements ActionOutcome {}

  /** A receiver was stopped; this is what the node has. */
  record Stopped(boolean inRecovery, String systemIdentifier, int timeline, Lsn received)
      implements ActionOutcome {}

  /**
   * The node takes no writes any more.
   *
   * @param end of its WAL, read after that
   */
  record Sealed(Lsn end) implements ActionOutcome {}

  /**
   * The standby has what was waited for.
   *
   * @param received what it has by now
   */
  record CaughtUp(String systemIdentifier, int timeline, Lsn received) implements ActionOutcome {}

  /**
   * What may be in the way.
   *
   * @param oldestTransactionMillis the age of the oldest transaction of a client, 0 when none runs
   * @param oldestTransaction whose it is, in words for an operator; empty when none runs
   * @param mayPromote whether the controller's role may promote the node
   */
  record Inspected(long oldestTransactionMillis, String oldestTransaction, boolean mayPromote)
      implements ActionOutcome {}

  /**
   * The node is out of recovery.
   *
   * @param timeline that it writes now
   * @param forkLsn where that timeline begins
   * @param rule that is in force there
   */
  record Promoted(int timeline, Lsn forkLsn, SyncRule rule) implements ActionOutcome {}

  /**
   * The rule is in force.
   *
   * @param appliedAt a WAL position of the primary read after that
   */
  record SyncApplied(Lsn appliedAt) implements ActionOutcome {}

  /**
   * It was not done, or nobody knows.
   *
   * @param reason in words for an operator
   */
  record Failed(String reason) implements ActionOutcome {}
}
