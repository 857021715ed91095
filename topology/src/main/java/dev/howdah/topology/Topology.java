package dev.howdah.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * The one truth for routing: who is primary, whether it may be written to, and under which epoch.
 * Only ever replaced as a whole, by compare-and-swap in the coordination store.
 *
 * @param epoch rises when a primary is fenced
 * @param state whether writes may go to the primary
 * @param primary the name of the node; while fenced the one that was primary before
 * @param timeline the history branch the primary writes
 * @param systemIdentifier of all nodes of this cluster, unsigned decimal
 * @param forks where earlier timelines were left, oldest first, as far as this cluster has seen it
 * @param sync rules under which the primary may have acknowledged commits
 * @param writeLeaseMillis how long a renewed write lease lasts (D); the same as long as the epoch
 *     may be served, so that waiting it out by this record covers every lease
 * @param operation what led here
 */
public record Topology(
    Epoch epoch,
    TopologyState state,
    String primary,
    int timeline,
    String systemIdentifier,
    List<Fork> forks,
    SyncRules sync,
    long writeLeaseMillis,
    Operation operation) {

  /** The shortest lease that leaves room for a few renewals. */
  public static final long WRITE_LEASE_MILLIS_MIN = 200;

  public Topology {
    forks = List.copyOf(forks);
    if (writeLeaseMillis < WRITE_LEASE_MILLIS_MIN) {
      throw new IllegalArgumentException(
          "the write lease is at least "
              + WRITE_LEASE_MILLIS_MIN
              + " ms, not "
              + writeLeaseMillis
              + " ms");
    }
    if (timeline < 1) {
      throw new IllegalArgumentException("a timeline is at least 1, not " + timeline);
    }
  }

  /** No transaction starts any more, for {@code operation}; those that run may end. */
  public Topology pausing(Operation newOperation) {
    return with(epoch, TopologyState.PAUSING, newOperation);
  }

  /** A new epoch in which nothing is written, for {@code operation}. */
  public Topology fenced(Operation newOperation) {
    return with(epoch.next(), TopologyState.FENCED, newOperation);
  }

  /** As fenced, with the candidate recorded before it hears of its promotion. */
  public Topology promoting(String candidate, Lsn received) {
    return with(epoch, TopologyState.PROMOTING, operation.withCandidate(candidate, received));
  }

  /** The same for another operation, or for the same one with more known about it. */
  public Topology during(Operation newOperation) {
    return with(epoch, state, newOperation);
  }

  /** The candidate was promoted and serves in this epoch. */
  public Topology promoted(int newTimeline, Lsn fork, SyncRules rules, long newWriteLeaseMillis) {
    List<Fork> left = new ArrayList<>(forks);
    left.add(new Fork(timeline, fork));
    return new Topology(
        epoch,
        TopologyState.SERVING,
        operation.candidate().orElseThrow(),
        newTimeline,
        systemIdentifier,
        left,
        rules,
        newWriteLeaseMillis,
        operation);
  }

  /** The primary that was paused or fenced serves again, in the epoch that is. */
  public Topology resumed() {
    return with(epoch, TopologyState.SERVING, operation);
  }

  /** As {@link #resumed()}, with the reason why the operation was given up. */
  public Topology rolledBack(String why) {
    return with(epoch, TopologyState.SERVING, operation.because(why));
  }

  /** The same with other rules of synchronous replication. */
  public Topology withSync(SyncRules rules) {
    return new Topology(
        epoch,
        state,
        primary,
        timeline,
        systemIdentifier,
        forks,
        rules,
        writeLeaseMillis,
        operation);
  }

  /** Where {@code timeline} begins; {@link Lsn#ZERO} as long as no promotion was seen. */
  public Lsn forkLsn() {
    return forks.isEmpty() ? Lsn.ZERO : forks.getLast().lsn();
  }

  /**
   * Whether WAL up to {@code lsn} on {@code ofTimeline} is a beginning of the primary's history.
   */
  public boolean includes(int ofTimeline, Lsn lsn) {
    return ofTimeline == timeline
        || forks.stream()
            .anyMatch(fork -> fork.timeline() == ofTimeline && lsn.compareTo(fork.lsn()) <= 0);
  }

  private Topology with(Epoch newEpoch, TopologyState newState, Operation newOperation) {
    return new Topology(
        newEpoch,
        newState,
        primary,
        timeline,
        systemIdentifier,
        forks,
        sync,
        writeLeaseMillis,
        newOperation);
  }
}
