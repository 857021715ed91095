package dev.howdah.pooler.admin;

import dev.howdah.pooler.pool.PoolCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Totals since start, as the console counts them: durations in microseconds. */
record Counts(
    long assignments,
    long transactions,
    long queries,
    long receivedBytes,
    long sentBytes,
    long transactionMicros,
    long queryMicros,
    long waitMicros) {
  static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

  /** Event loop of the counters only. */
  static Counts of(PoolCounters counters) {
    return new Counts(
        counters.checkouts(),
        counters.transactions(),
        counters.queries(),
        counters.receivedBytes(),
        counters.sentBytes(),
        TimeUnit.NANOSECONDS.toMicros(counters.transactionNanos()),
        TimeUnit.NANOSECONDS.toMicros(counters.queryNanos()),
        TimeUnit.NANOSECONDS.toMicros(counters.waitedNanos()));
  }

  Counts plus(Counts other) {
    return new Counts(
        assignments + other.assignments,
        transactions + other.transactions,
        queries + other.queries,
        receivedBytes + other.receivedBytes,
        sentBytes + other.sentBytes,
        transactionMicros + other.transactionMicros,
        queryMicros + other.queryMicros,
        waitMicros + other.waitMicros);
  }

  /**
   * The averages since {@code before}: counts and bytes per second, durations per thing that took
   * them.
   */
  Counts averageSince(Counts before, long nanos) {
    double seconds = nanos / 1e9;
    long newAssignments = assignments - before.assignments;
    long newTransactions = transactions - before.transactions;
    long newQueries = queries - before.queries;
    return new Counts(
        (long) (newAssignments / seconds),
        (long) (newTransactions / seconds),
        (long) (newQueries / seconds),
        (long) ((receivedBytes - before.receivedBytes) / seconds),
        (long) ((sentBytes - before.sentBytes) / seconds),
        per(transactionMicros - before.transactionMicros, newTransactions),
        per(queryMicros - before.queryMicros, newQueries),
        per(waitMicros - before.waitMicros, newAssignments));
  }

  private static long per(long micros, long count) {
    return count <= 0 ? 0 : micros / count;
  }

  /**
   * The values in the order of the columns. Those for prepared statements, at the end, are zero as
   * long as we do not track them.
   */
  List<Object> values() {
    List<Object> values = new ArrayList<>();
    for (long value :
        new long[] {
          assignments,
          transactions,
          queries,
          receivedBytes,
          sentBytes,
          transactionMicros,
          queryMicros,
          waitMicros,
          0,
          0,
          0
        }) {
      values.add(value);
    }
    return values;
  }
}
