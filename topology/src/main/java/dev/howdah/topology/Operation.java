package dev.howdah.topology;

import java.util.Optional;

/**
 * Why the topology is what it is: the operation that runs, or the last one that has ended.
 *
 * @param id of one attempt; no two attempts share it
 * @param kind what is done
 * @param reason in words for an operator
 * @param by the controller that began it, or the person who asked for it
 * @param from the primary before; absent when there was none
 * @param candidate the node chosen to be promoted; absent until it is chosen
 * @param lastPrimaryLsn the last WAL position of the old primary that was seen; {@link Lsn#ZERO}
 *     when none was
 * @param candidateLsn what the candidate had received when it was chosen; {@link Lsn#ZERO} before
 */
public record Operation(
    String id,
    OperationKind kind,
    String reason,
    String by,
    Optional<String> from,
    Optional<String> candidate,
    Lsn lastPrimaryLsn,
    Lsn candidateLsn) {

  /** The same with its candidate chosen. */
  public Operation withCandidate(String name, Lsn received) {
    return new Operation(id, kind, reason, by, from, Optional.of(name), lastPrimaryLsn, received);
  }

  /** The same with another reason, such as why it was given up. */
  public Operation because(String newReason) {
    return new Operation(id, kind, newReason, by, from, candidate, lastPrimaryLsn, candidateLsn);
  }

  /** The same with a later position of the old primary. */
  public Operation withLastPrimaryLsn(Lsn lsn) {
    return new Operation(id, kind, reason, by, from, candidate, lsn, candidateLsn);
  }

  /** What becomes of a switchover when one of its two nodes is lost on the way. */
  public Operation asFailover(String newReason) {
    return new Operation(
        id, OperationKind.FAILOVER, newReason, by, from, candidate, lastPrimaryLsn, candidateLsn);
  }

  /**
   * Bytes of WAL the old primary had written when it was last seen and the candidate has not
   * received.
   */
  public long estimatedLossBytes() {
    return candidate.isEmpty() ? 0 : candidateLsn.bytesBehind(lastPrimaryLsn);
  }
}
