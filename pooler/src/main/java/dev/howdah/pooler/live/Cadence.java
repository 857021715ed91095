package dev.howdah.pooler.live;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The beat of a thread that does something every period; a reload may change the period in the
 * middle of one. One thread waits, any may close.
 */
public final class Cadence implements AutoCloseable {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<Duration> period;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long lastNanos = System.nanoTime();

  /** A beat whose first period begins now. */
  public Cadence(Supplier<Duration> period) {
    this.period = period;
  }

  /** Waits for the end of the period; false when it was closed. */
  public boolean await() throws InterruptedException {
    long leftNanos = leftNanos();
    while (leftNanos > 0) {
      if (closed.await(Math.min(leftNanos, LOOK_NANOS), TimeUnit.NANOSECONDS)) {
        return false;
      }
      leftNanos = leftNanos();
    }
    lastNanos = System.nanoTime();
    return closed.getCount() > 0;
  }

  private long leftNanos() {
    return period.get().toNanos() - (System.nanoTime() - lastNanos);
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
