package dev.howdah.pooler.routing;

import dev.howdah.topology.Lsn;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Positions of the primary, each with the number of the question that found it. Numbers are given
 * when a question is about to be sent: whoever reads {@link #next} after a commit knows that the
 * question of that number is sent after it. Written on one thread, read on all.
 */
final class PositionLog {
  private static final int KEPT = 1 << 8; // a power of two

  private final AtomicReferenceArray<@Nullable Sample> kept = new AtomicReferenceArray<>(KEPT);
  private volatile long started;
  private volatile long completed;

  /** A position, and the monotonic time its question was sent. */
  private record Sample(long number, long sentAtNanos, Lsn position) {}

  /** The number of the next question. */
  long next() {
    return started + 1;
  }

  /** The number of the last question that was answered. */
  long completed() {
    return completed;
  }

  /** A question is about to be sent; its number. Owner only. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  long start() {
    return ++started;
  }

  /** The answer to a question. Owner only, in the order of the numbers. */
  void complete(long number, long sentAtNanos, Lsn position) {
    kept.set((int) (number & (KEPT - 1)), new Sample(number, sentAtNanos, position));
    completed = number;
  }

  /** Another node is the primary now, and positions of the one before mean nothing. Owner only. */
  void forget() {
    for (int i = 0; i < KEPT; i++) {
      kept.set(i, null);
    }
  }

  /** The position at the first answered question of at least this number; null for none. */
  @Nullable Lsn at(long number) {
    long last = completed;
    if (number <= 0) {
      return Lsn.ZERO;
    }
    for (long n = Math.max(number, last - KEPT + 1); n <= last; n++) {
      Sample sample = kept.get((int) (n & (KEPT - 1)));
      if (sample != null && sample.number >= number) {
        return sample.position;
      }
    }
    return null;
  }
}
