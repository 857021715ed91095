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
  private long serversOpened;
  private long serversFailed;
  private long serversClosed;
  private final DurationHistogram waitTimes = new DurationHistogram();
  private final DurationHistogram transactionTimes = new DurationHistogram();

  /** Both together, to be read on any thread: the sum does not change any more. */
  public PoolCounters plus(PoolCounters other) {
    PoolCounters sum = new PoolCounters();
    sum.add(this);
    sum.add(other);
    return sum;
  }

  private void add(PoolCounters other) {
    checkouts += other.checkouts;
    waits += other.waits;
    waitedNanos += other.waitedNanos;
    transactions += other.transactions;
    transactionNanos += other.transactionNanos;
    queries += other.queries;
    queryNanos += other.queryNanos;
    receivedBytes += other.receivedBytes;
    sentBytes += other.sentBytes;
    serversOpened += other.serversOpened;
    serversFailed += other.serversFailed;
    serversClosed += other.serversClosed;
    waitTimes.add(other.waitTimes);
    transactionTimes.add(other.transactionTimes);
  }

  /** A client got a server connection to work with. */
  public void onAssigned() {
    checkouts++;
  }

  void onWaited(long nanos) {
    waits++;
    waitedNanos += nanos;
    waitTimes.add(nanos, 1);
  }

  void onServerOpened() {
    serversOpened++;
  }

  void onServerFailed() {
    serversFailed++;
  }

  void onServerClosed() {
    serversClosed++;
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
   * @param ended how many came to an end, at least 1; each counts as an equal part of the time
   * @param nanos since the first began, idle time included
   */
  public void onTransactions(int ended, long nanos) {
    transactions += ended;
    transactionNanos += nanos;
    transactionTimes.add(ended == 1 ? nanos : nanos / ended, ended);
  }

  /** How often a client got a server connection to work with. */
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

  /** Server connections that were opened and logged in. */
  public long serversOpened() {
    return serversOpened;
  }

  /** Attempts to open a server connection that failed. */
  public long serversFailed() {
    return serversFailed;
  }

  /** Server connections that ended, whoever closed them. */
  public long serversClosed() {
    return serversClosed;
  }

  /** How long the waits were. */
  public DurationHistogram waitTimes() {
    return waitTimes;
  }

  /** How long the transactions were, idle time included. */
  public DurationHistogram transactionTimes() {
    return transactionTimes;
  }
}
