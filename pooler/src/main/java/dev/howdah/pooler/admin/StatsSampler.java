package dev.howdah.pooler.admin;

import dev.howdah.pooler.live.Cadence;
import dev.howdah.pooler.pool.PoolKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the counters every {@code stats_period}, for averages over the last one to two periods.
 * A virtual thread of its own; {@link #reference} from any thread.
 */
final class StatsSampler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatsSampler.class);

  private final Survey survey;
  private final Cadence cadence;
  private volatile Samples samples = new Samples(Sample.first(), Sample.first());

  /** Counts per database, and when they were read. */
  record Sample(Map<String, Counts> counts, long atNanos) {
    static Sample first() {
      return new Sample(Map.of(), System.nanoTime());
    }
  }

  private record Samples(Sample older, Sample newer) {}

  StatsSampler(Survey survey, Supplier<Duration> period) {
    this.survey = survey;
    this.cadence = new Cadence(period);
  }

  void start() {
    Thread.ofVirtual().name("stats-sampler").start(this::run);
  }

  private void run() {
    try {
      while (cadence.await()) {
        take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take() throws InterruptedException {
    try {
      Map<String, Counts> counts = byDatabase(survey.counts().get());
      samples = new Samples(samples.newer, new Sample(counts, System.nanoTime()));
    } catch (ExecutionException e) {
      LOG.warn("statistics could not be read: {}", e.getMessage());
    }
  }

  /** What to compare with for averages: the counters of more than one period ago. */
  Sample reference() {
    return samples.older;
  }

  static Map<String, Counts> byDatabase(Map<PoolKey, Counts> counts) {
    Map<String, Counts> sums = new HashMap<>();
    counts.forEach((key, value) -> sums.merge(key.database(), value, Counts::plus));
    return sums;
  }

  @Override
  public void close() {
    cadence.close();
  }
}
