package dev.howdah.failover.agent;

import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.failover.store.WriteResult;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store whose silence is told to the operator: once when it begins to matter, once when it is
 * over. Safe for all threads.
 */
public final class WatchedStore implements CoordinationStore {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedStore.class);
  private static final long MATTERS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final CoordinationStore store;
  private final ClusterCounters counters;
  private long answeredAtNanos = System.nanoTime();
  private boolean told;

  /** Counts into {@code counters}; closes {@code store} when it is closed. */
  public WatchedStore(CoordinationStore store, ClusterCounters counters) {
    this.store = store;
    this.counters = counters;
  }

  @Override
  public Snapshot read(List<String> selectors)
      throws StoreUnavailableException, InterruptedException {
    long begunAtNanos = System.nanoTime();
    try {
      Snapshot snapshot = store.read(selectors);
      answered(begunAtNanos);
      return snapshot;
    } catch (StoreUnavailableException e) {
      silent(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private synchronized void answered(long begunAtNanos) {
    long now = System.nanoTime();
    counters.storeAnswered(now - begunAtNanos);
    if (told) {
      told = false;
      LOG.info(
          "the coordination store answers again, after {} ms",
          TimeUnit.NANOSECONDS.toMillis(now - answeredAtNanos));
    }
    answeredAtNanos = now;
  }

  private synchronized void silent(String reason) {
    counters.storeSilent();
    if (!told && System.nanoTime() - answeredAtNanos >= MATTERS_NANOS) {
      told = true;
      LOG.warn(
          "the coordination store does not answer: leases run out, then clients are held, and nothing"
              + " is promoted until it does ({})",
          reason);
    }
  }

  @Override
  public WriteResult write(GuardedWrite write) throws InterruptedException {
    return store.write(write);
  }

  @Override
  public Watch watch(String prefix, Runnable changed) {
    return store.watch(prefix, changed);
  }

  @Override
  public void close() {
    store.close();
  }
}
