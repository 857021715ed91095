package dev.howdah.pooler.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many clients of a pool were there at once, and how many of them in transactions: what tells
 * how many server connections transaction pooling would take. Safe for all threads; only counted
 * while somebody wants to know.
 */
public final class PoolLoad {
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger clientsPeak = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger busyPeak = new AtomicInteger();

  /** A client came. */
  public void onClient() {
    raise(clientsPeak, clients.incrementAndGet());
  }

  /** A client is gone. */
  public void onClientGone() {
    clients.decrementAndGet();
  }

  /** A client's transaction began. */
  public void onBusy() {
    raise(busyPeak, busy.incrementAndGet());
  }

  /** A client's transaction is over. */
  public void onIdle() {
    busy.decrementAndGet();
  }

  private static void raise(AtomicInteger peak, int now) {
    if (now > peak.get()) {
      peak.accumulateAndGet(now, Math::max);
    }
  }

  /** The most clients at once. */
  public int clientsPeak() {
    return clientsPeak.get();
  }

  /** The most transactions at once. */
  public int busyPeak() {
    return busyPeak.get();
  }
}
