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
