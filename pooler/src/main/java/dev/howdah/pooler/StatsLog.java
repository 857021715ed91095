package dev.howdah.pooler;

import dev.howdah.pooler.live.Cadence;
import dev.howdah.pooler.live.LiveConfig;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what the pooler did every {@code stats_period}, on a virtual thread of its own, while {@code
 * log_stats} is on.
 */
final class StatsLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatsLog.class);

  private final Pooler pooler;
  private final LiveConfig live;
  private final Cadence cadence;

  StatsLog(Pooler pooler, LiveConfig live) {
    this.pooler = pooler;
    this.live = live;
    this.cadence = new Cadence(() -> live.config().log().statsPeriod());
  }

  void start() {
    Thread.ofVirtual().name("stats").start(this::run);
  }

  private void run() {
    PoolerStats before = new PoolerStats(0, 0, 0, 0, 0, 0, 0, 0, 0); // all counts begin at nothing
    long beforeNanos = System.nanoTime();
    try {
      while (cadence.await()) {
        PoolerStats now = pooler.stats();
        long nowNanos = System.nanoTime();
        if (live.config().log().stats()) {
          LOG.info("{}", line(before, now, Duration.ofNanos(nowNanos - beforeNanos)));
        }
        before = now;
        beforeNanos = nowNanos;
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
    cadence.close();
  }
}
