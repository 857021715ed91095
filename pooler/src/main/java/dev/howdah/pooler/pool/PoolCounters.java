package dev.howdah.pooler.pool;

/** What a pool shard has done since start. Written and read on its event loop only. */
public final class PoolCounters {
  private long checkouts;
  private long waits;
  private long waitedNanos;
  private long transactions;
  private long transactionNanos;
  private long queries;
  private long queryNanos;
  private long receivedBytes;
  private long sentBytes;

  void onCheckout() {
    checkouts++;
  }

  void onWaited(long nanos) {
    waits++;
    waitedNanos += nanos;
  }

  /** Bytes came from a client. */
  public void onReceived(int bytes) {
    receivedBytes += bytes;
  }

  /** Bytes went to a client. */
  public void onSent(int bytes) {
    sentBytes += bytes;
  }

  /**
   * A server has answered everything it was asked.
   *
   * @param ended how many ReadyForQuery messages it sent
   * @param nanos since the first request
   */
  public void onQueries(int ended, long nanos) {
    queries += ended;
    queryNanos += nanos;
  }

  /**
   * No transaction is open any more.
   *
   * @param ended how many came to an end
   * @param nanos since the first began, idle time included
   */
  public void onTransactions(int ended, long nanos) {
    transactions += ended;
    transactionNanos += nanos;
  }

  /** Links made. */
  public long checkouts() {
    return checkouts;
  }

  /** Checkouts that had to wait. */
  public long waits() {
    return waits;
  }

  /** Time they waited in all. */
  public long waitedNanos() {
    return waitedNanos;
  }

  /** Transactions that ended, single statements included. */
  public long transactions() {
    return transactions;
  }

  /** Time in transactions, idle or not, in all. */
  public long transactionNanos() {
    return transactionNanos;
  }

  /** Queries that ended: a simple query, or an extended one up to its Sync. */
  public long queries() {
    return queries;
  }

  /** Time in which servers worked on queries, in all. */
  public long queryNanos() {
    return queryNanos;
  }

  /** Bytes from clients, login not counted. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Bytes to clients, login not counted. */
  public long sentBytes() {
    return sentBytes;
  }
}
