package dev.howdah.pooler;

/**
 * Totals of a running pooler.
 *
 * @param clients client connections, those logging in included
 * @param servers server connections, those being opened included
 * @param waiting clients in a queue
 * @param checkouts links made since start; in transaction pooling, transactions
 * @param waits checkouts that had to wait
 * @param waitedNanos how long those waited, in all
 */
public record PoolerStats(
    long clients, long servers, long waiting, long checkouts, long waits, long waitedNanos) {

  /** Nothing yet. */
  public static final PoolerStats NONE = new PoolerStats(0, 0, 0, 0, 0, 0);

  PoolerStats plus(PoolerStats other) {
    return new PoolerStats(
        clients + other.clients,
        servers + other.servers,
        waiting + other.waiting,
        checkouts + other.checkouts,
        waits + other.waits,
        waitedNanos + other.waitedNanos);
  }
}
