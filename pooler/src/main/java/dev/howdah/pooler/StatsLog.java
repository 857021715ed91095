package dev.howdah.pooler;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what the pooler did every {@code stats_period}, on a virtual thread of its own. */
final class StatsLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatsLog.class);

  private final Pooler pooler;
  private final Duration period;
  private final CountDownLatch closed = new CountDownLatch(1);

  StatsLog(Pooler pooler, Duration period) {
    this.pooler = pooler;
    this.period = period;
  }

  void start() {
    Thread.ofVirtual().name("stats").start(this::run);
  }

  private void run() {
    PoolerStats before = pooler.stats();
    try {
      while (!closed.await(period.toNanos(), TimeUnit.NANOSECONDS)) {
        PoolerStats now = pooler.stats();
        LOG.info("{}", line(before, now, period));
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One line: rates over the period, then what is now. */
  static String line(PoolerStats before, PoolerStats now, Duration period) {
    long seconds = Math.max(1, period.toSeconds());
    long waits = now.waits() - before.waits();
    long waitedMicros = (now.waitedNanos() - before.waitedNanos()) / 1_000;
    return "stats: %d xacts/s, %d queries/s, in %d B/s, out %d B/s, wait %d us,"
            .formatted(
                (now.transactions() - before.transactions()) / seconds,
                (now.queries() - before.queries()) / seconds,
                (now.receivedBytes() - before.receivedBytes()) / seconds,
                (now.sentBytes() - before.sentBytes()) / seconds,
                waits == 0 ? 0 : waitedMicros / waits)
        + " %d clients, %d servers, %d waiting"
            .formatted(now.clients(), now.servers(), now.waiting());
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
