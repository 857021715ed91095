package dev.howdah.failover.control;

import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.topology.LeaderRecord;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Who leads: whoever's record stands in the store and changes. Silence of 1.5 s by the watcher's
 * own clock is an invitation to take over. Two may think that they lead for a while; every step
 * they take is a compare-and-swap, so one of them is refused. One thread.
 */
final class Leadership {

  private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);
  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private final ProcessIdentity self;
  private long seenRevision = -1;
  private long changedAtNanos;
  private long confirmedAtNanos;
  private long writtenAtNanos;
  private boolean writing;
  private boolean mine;

  Leadership(ProcessIdentity self) {
    this.self = self;
  }

  /** Learns from a state that was asked for at {@code askedAtNanos}. */
  void seen(ClusterState state, long askedAtNanos, long nowNanos) {
    if (state.leaderRevision() != seenRevision) {
      seenRevision = state.leaderRevision();
      changedAtNanos = nowNanos;
    }
    mine = state.leader().filter(this::isSelf).isPresent();
    if (mine) {
      confirmedAtNanos = askedAtNanos;
    }
  }

  private boolean isSelf(LeaderRecord record) {
    return record.controller().equals(self.id()) && record.bootId().equals(self.bootId());
  }

  /** Whether this controller led a moment ago, as far as it knows. */
  boolean isLeader(long nowNanos) {
    return mine && nowNanos - confirmedAtNanos < SILENCE_NANOS;
  }

  /** The heartbeat or take-over that is due; its result goes to {@link #written}. */
  Optional<GuardedWrite> due(ClusterState state, long nowNanos) {
    if (writing || state.leaderRevision() != seenRevision) {
      return Optional.empty();
    }
    Optional<LeaderRecord> before = state.leader();
    LeaderRecord next;
    if (before.filter(this::isSelf).isPresent()) {
      if (nowNanos - writtenAtNanos < HEARTBEAT_NANOS) {
        return Optional.empty();
      }
      LeaderRecord own = before.get();
      next = new LeaderRecord(self.id(), self.bootId(), own.term(), own.sequence() + 1);
    } else {
      if (before.isPresent() && nowNanos - changedAtNanos < SILENCE_NANOS) {
        return Optional.empty();
      }
      long term = before.map(LeaderRecord::term).orElse(0L) + 1;
      next = new LeaderRecord(self.id(), self.bootId(), term, 0);
    }
    writing = true;
    writtenAtNanos = nowNanos;
    return Optional.of(
        GuardedWrite.put(Keys.LEADER, state.leaderRevision(), RecordJson.write(next)));
  }

  /** The write has ended; what it did is seen by the next read. */
  void written() {
    writing = false;
  }
}
