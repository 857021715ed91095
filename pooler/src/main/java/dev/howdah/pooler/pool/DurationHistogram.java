package dev.howdah.pooler.pool;

import java.util.Arrays;

/**
 * How many durations were how long, in fixed buckets. Adding one is a short search and an increment
 * in a plain array: it runs for every transaction. Written and read on one event loop only.
 */
public final class DurationHistogram {
  private static final long[] UPPER_NANOS = {
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000L,
    5_000_000_000L,
    10_000_000_000L,
    30_000_000_000L
  };

  private final long[] counts = new long[UPPER_NANOS.length + 1];

  void add(long nanos, int times) {
    int bucket = 0;
    while (bucket < UPPER_NANOS.length && nanos > UPPER_NANOS[bucket]) {
      bucket++;
    }
    counts[bucket] += times;
  }

  void add(DurationHistogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /**
   * The upper ends of the buckets in seconds, each included in its bucket; the last is infinite.
   */
  public static double[] upperSeconds() {
    double[] seconds = new double[UPPER_NANOS.length + 1];
    for (int i = 0; i < UPPER_NANOS.length; i++) {
      seconds[i] = UPPER_NANOS[i] / 1e9;
    }
    seconds[UPPER_NANOS.length] = Double.POSITIVE_INFINITY;
    return seconds;
  }

  /** How many fell into each bucket, not cumulative. */
  public long[] counts() {
    return Arrays.copyOf(counts, counts.length);
  }
}
