package dev.howdah.cli.demo;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts waits in buckets that each are about nine percent wider than the last, so that any
 * percentile is known to that precision. Any thread may record.
 */
final class WaitTimes {

  private static final int PER_DOUBLING = 8;
  private static final int BUCKETS = 64 * PER_DOUBLING;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  void record(long nanos) {
    counts.incrementAndGet(bucket(nanos));
  }

  /** The wait that {@code share} of all waits (0 to 1) stayed within; zero without any. */
  Duration percentile(double share) {
    long total = 0;
    for (int i = 0; i < BUCKETS; i++) {
      total += counts.get(i);
    }
    long wanted = (long) Math.ceil(total * share);
    long seen = 0;
    for (int i = 0; i < BUCKETS && total > 0; i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return Duration.ofNanos(upperBound(i));
      }
    }
    return Duration.ZERO;
  }

  private static int bucket(long nanos) {
    double doublings = Math.log((double) Math.max(1, nanos)) / Math.log(2);
    return Math.min(BUCKETS - 1, (int) (doublings * PER_DOUBLING));
  }

  private static long upperBound(int bucket) {
    return (long) Math.pow(2, (bucket + 1.0) / PER_DOUBLING);
  }
}
