package dev.howdah.failover.decide;

import dev.howdah.topology.Lsn;

/** Whether some standby may be promoted, and which. */
public sealed interface Choice {

  /**
   * This one.
   *
   * @param candidate its name
   * @param received what it has received
   * @param reason in words for an operator
   */
  record Promote(String candidate, Lsn received, String reason) implements Choice {}

  /**
   * This one, as soon as it has what another has: it is preferred, but lacks WAL.
   *
   * @param candidate its name
   * @param source who has more
   * @param until what the source has received
   */
  record FastForward(String candidate, String source, Lsn until) implements Choice {}

  /**
   * None.
   *
   * @param reason in words for an operator
   */
  record Refuse(String reason) implements Choice {}
}
