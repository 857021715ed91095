package dev.howdah.pooler.pool;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections against a maximum. Safe for all threads, never blocks. */
public final class ConnectionLimit {
  private final AtomicInteger used = new AtomicInteger();

  /**
   * Takes one place.
   *
   * @param max how many there are; 0 means no limit
   * @return whether there was one
   */
  public boolean tryTake(int max) {
    int now = used.get();
    while (max == 0 || now < max) {
      int witness = used.compareAndExchange(now, now + 1);
      if (witness == now) {
        return true;
      }
      now = witness;
    }
    return false;
  }

  /** Gives one place back. */
  public void giveBack() {
    int left = used.decrementAndGet();
    assert left >= 0 : "more places given back than taken";
  }

  /** How many are taken. */
  public int used() {
    return used.get();
  }
}
