package dev.howdah.pooler;

/**
 * Totals of a running pooler.
 *
 * @param clients client connections, those logging in included
 * @param servers server connections, those being opened included
 * @param waiting clients in a queue
 * @param transactions ended since start, single statements included
 * @param queries ended since start
 * @param receivedBytes from clients since start
 * @param sentBytes to clients since start
 * @param waits checkouts that had to wait
 * @param waitedNanos how long those waited, in all
 */
public record PoolerStats(
    long clients,
    long servers,
    long waiting,
    long transactions,
    long queries,
    long receivedBytes,
    long sentBytes,
    long waits,
    long waitedNanos) {

  /** Nothing yet. */
  public static final PoolerStats NONE = new PoolerStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

  PoolerStats plus(PoolerStats other) {
    return new PoolerStats(
        clients + other.clients,
        servers + other.servers,
        waiting + other.waiting,
        transactions + other.transactions,
        queries + other.queries,
        receivedBytes + other.receivedBytes,
        sentBytes + other.sentBytes,
        waits + other.waits,
        waitedNanos + other.waitedNanos);
  }
}
