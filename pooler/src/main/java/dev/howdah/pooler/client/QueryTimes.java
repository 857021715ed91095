package dev.howdah.pooler.client;

import dev.howdah.pooler.pool.PoolCounters;
import dev.howdah.pooler.server.ServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * When one client's queries and transactions began, and what they took: two readings of the clock
 * for each exchange. Monotonic nanoseconds. Event loop of the client only.
 */
final class QueryTimes {
  private final @Nullable SlowLog slow; // null when off
  private long connectedAt;
  private long linkedAt;
  private long transactionStart;
  private long queryStart;

  QueryTimes(@Nullable SlowLog slow) {
    this.slow = slow;
  }

  /** The client is there; coarse. */
  void onConnected(long now) {
    connectedAt = now;
    queryStart = now;
  }

  /** The client has a server connection now; coarse. */
  void onLinked(long now) {
    linkedAt = now;
  }

  /**
   * The client asks for something while nothing is owed to it.
   *
   * @param inTransaction whether its transaction goes on
   * @param kept whether it had the server connection before this transaction
   */
  void onAsked(boolean inTransaction, boolean kept) {
    queryStart = System.nanoTime();
    if (!inTransaction) {
      transactionStart = queryStart;
      linkedAt = kept ? queryStart : linkedAt;
    }
  }

  /** The client has waited that long for a server connection, and has it now. */
  void onWaited(long nanos) {
    if (slow != null) {
      slow.onWaited(nanos);
    }
  }

  /** Everything asked for is answered. */
  void onAnswered(ServerConnection server, PoolCounters counters) {
    long now = System.nanoTime();
    int queries = server.takeQueriesEnded();
    if (queries > 0) {
      counters.onQueries(queries, now - queryStart);
    }
    int transactions = server.takeTransactionsEnded();
    if (slow != null) {
      slow.onAnswer(queries, now - queryStart, transactions, now - transactionStart);
    }
    if (transactions > 0) {
      counters.onTransactions(transactions, now - transactionStart);
      transactionStart = now; // for one that was begun in the same pipeline
    }
  }

  /** When the client came. */
  long connectedAt() {
    return connectedAt;
  }

  /** When its latest transaction got a server connection. */
  long linkedAt() {
    return linkedAt;
  }

  /** When its latest query began; when it came, before the first. */
  long queryStart() {
    return queryStart;
  }
}
