package dev.howdah.pooler.client;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what takes one client longer than {@code log_min_duration}. Is told times that were measured
 * anyway; reads no clock. Event loop of the client only.
 */
final class SlowLog {
  private static final Logger LOG = LoggerFactory.getLogger(SlowLog.class);

  private final ClientIdentity client;
  private final Supplier<String> applicationName;
  private final Consumer<SlowWork> out;
  private final long minNanos;
  private long waitedNanos; // of this transaction, as are the next two
  private long serverNanos;
  private int queries;

  SlowLog(
      ClientIdentity client,
      Supplier<String> applicationName,
      long minNanos,
      Consumer<SlowWork> out) {
    this.client = client;
    this.applicationName = applicationName;
    this.minNanos = minNanos;
    this.out = out;
  }

  /** The log of a client; null when {@code log_min_duration} is off. */
  static @Nullable SlowLog of(
      ClientIdentity client, Supplier<String> applicationName, int minMillis) {
    return minMillis < 0
        ? null
        : new SlowLog(
            client,
            applicationName,
            TimeUnit.MILLISECONDS.toNanos(minMillis),
            work -> LOG.info("{}", work));
  }

  /** The client waited for a server connection and has one now. */
  void onWaited(long nanos) {
    waitedNanos = nanos;
  }

  /**
   * The server owes nothing any more.
   *
   * @param ended queries that ended since the last answer
   * @param nanos since they were sent
   * @param transactions that ended, the single ones of queries included
   * @param transactionNanos since the first query of the transaction was sent
   */
  void onAnswer(int ended, long nanos, int transactions, long transactionNanos) {
    if (ended > 0) {
      onQueries(ended, nanos, transactions > 0);
    }
    if (transactions > 0) {
      onTransaction(transactionNanos);
    }
  }

  private void onQueries(int ended, long nanos, boolean endsTransaction) {
    serverNanos += nanos;
    queries += ended;
    boolean first = queries == ended;
    long waited = first ? waitedNanos : 0;
    if (waited + nanos >= minNanos && !(first && endsTransaction)) {
      log("query", ended, waited, nanos, 0);
    }
  }

  private void onTransaction(long nanos) {
    if (waitedNanos + nanos >= minNanos) {
      long client = Math.max(0, nanos - serverNanos);
      log(queries > 1 ? "transaction" : "query", queries, waitedNanos, nanos - client, client);
    }
    waitedNanos = 0;
    serverNanos = 0;
    queries = 0;
  }

  private void log(String kind, int count, long waited, long server, long thinking) {
    out.accept(new SlowWork(client, applicationName.get(), kind, count, waited, server, thinking));
  }
}
