package dev.howdah.bench.load;

import java.util.Arrays;

/** Counts durations in buckets of a microsecond, from 0.1 s on of a millisecond. One thread. */
final class Latencies {
  private static final int FINE = 100_000;
  private static final int COARSE = 60_000;

  private final int[] buckets = new int[FINE + COARSE];
  private long count;

  void record(long nanos) {
    long micros = Math.max(0, nanos / 1000);
    int bucket =
        micros < FINE
            ? (int) micros
            : (int) Math.min(FINE + (micros - FINE) / 1000, buckets.length - 1);
    buckets[bucket]++;
    count++;
  }

  long count() {
    return count;
  }

  void clear() {
    Arrays.fill(buckets, 0);
    count = 0;
  }

  /**
   * The duration that this share of all stays at or below, rounded down to the bucket.
   *
   * @param share between 0 and 1
   * @return microseconds; 0 if nothing was recorded
   */
  long micros(double share) {
    long wanted = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen += buckets[i];
      if (seen >= wanted) {
        return i < FINE ? i : FINE + (i - FINE) * 1000L;
      }
    }
    return 0;
  }
}
