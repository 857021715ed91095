package dev.howdah.pooler.admin;

import dev.howdah.pooler.pool.Hold;
import dev.howdah.pooler.pool.Pools;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator orders by signals. The log lines are those of PgBouncer, word for word where the
 * meaning is the same. Safe for all threads, never blocks.
 */
public final class SignalOrders {
  private static final Logger LOG = LoggerFactory.getLogger(SignalOrders.class);

  private final Pools pools;
  private final Shutdown shutdown;
  private final Supplier<Duration> drainMax;

  SignalOrders(Pools pools, Shutdown shutdown, Supplier<Duration> drainMax) {
    this.pools = pools;
    this.shutdown = shutdown;
    this.drainMax = drainMax;
  }

  /** SIGTERM: drains; at once when a shutdown is under way or everything is suspended. */
  public void terminate() {
    if (isImmediate("SIGTERM")) {
      return;
    }
    LOG.info("got SIGTERM, shutting down, waiting for all transactions to end");
    shutdown.drain(drainMax.get());
  }

  /** SIGINT: as SHUTDOWN WAIT_FOR_SERVERS; at once in the same cases. */
  public void interrupt() {
    if (isImmediate("SIGINT")) {
      return;
    }
    LOG.info("got SIGINT, shutting down, waiting for all servers connections to be released");
    shutdown.afterServers();
  }

  private boolean isImmediate(String signal) {
    if (shutdown.hasBegun()) {
      LOG.info("got {} while shutting down, fast exit", signal);
      shutdown.now();
      return true;
    }
    if (pools.gates().everything() == Hold.SUSPENDED) {
      LOG.warn("got {}, suspend was in progress, going down immediately", signal);
      shutdown.now();
      return true;
    }
    return false;
  }

  /** SIGUSR1: as PAUSE. */
  public void pause() {
    if (pools.gates().everything() != Hold.NONE) {
      LOG.info("got SIGUSR1, but already paused/suspended");
      return;
    }
    LOG.info("got SIGUSR1, pausing all activity");
    pools.gates().holdEverything(Hold.PAUSED);
    pools.applyHolds();
  }

  /** SIGUSR2: as RESUME without a database. */
  public void resume() {
    if (shutdown.hasBegun()) {
      LOG.info("got SIGUSR2 while shutting down, ignoring");
      return;
    }
    switch (pools.gates().everything()) {
      case SUSPENDED -> LOG.info("got SIGUSR2, continuing from SUSPEND");
      case PAUSED -> LOG.info("got SIGUSR2, continuing from PAUSE");
      case NONE -> {
        if (!pools.gates().resumeEach()) {
          LOG.info("got SIGUSR2, but not paused/suspended");
          return;
        }
        LOG.info("got SIGUSR2, continuing from PAUSE of single databases");
      }
    }
    pools.gates().holdEverything(Hold.NONE);
    pools.applyHolds();
  }
}
