package dev.howdah.pooler.admin;

import dev.howdah.pooler.pool.Hold;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of the pooler, at once or when something is over. Safe for all threads. */
final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
  private static final long LOOK_MILLIS = 100;

  private final Pools pools;
  private final PoolerControl control;
  private final BooleanSupplier clientsGone;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * No shutdown yet.
   *
   * @param clientsGone whether no client but the console's is left
   */
  Shutdown(Pools pools, PoolerControl control, BooleanSupplier clientsGone) {
    this.pools = pools;
    this.control = control;
    this.clientsGone = clientsGone;
  }

  /** Whether a shutdown is under way. */
  boolean hasBegun() {
    return begun.get();
  }

  void now() {
    LOG.info("shutting down at once, by order of the console");
    begun.set(true);
    control.stop();
  }

  /** Takes no new clients, gives out no server connections, and ends when all have come back. */
  void afterServers() {
    LOG.info("shutting down when all server connections are released, by order of the console");
    begin();
    pools.gates().holdEverything(Hold.PAUSED);
    pools.applyHolds();
    ErrorFields error =
        ErrorFields.fatal(SqlState.ADMIN_SHUTDOWN, "the pooler is shutting down")
            .withDetail("You were waiting for a server connection.");
    for (Pool pool : pools.all()) {
      for (PoolShard shard : pool.shards()) {
        shard.lane().loop().execute(() -> shard.refuseWaiters(error));
      }
    }
    stopWhen(() -> pools.all().stream().allMatch(pool -> pool.serverCount() == 0));
  }

  /** Takes no new clients and ends when those there are have gone. */
  void afterClients() {
    LOG.info("shutting down when all clients are gone, by order of the console");
    begin();
    stopWhen(clientsGone);
  }

  private void begin() {
    begun.set(true);
    control.stopAccepting();
  }

  private void stopWhen(BooleanSupplier condition) {
    Lane lane = pools.lanes().getFirst();
    lane.loop()
        .schedule(
            () -> {
              if (condition.getAsBoolean()) {
                control.stop();
              } else {
                stopWhen(condition);
              }
            },
            LOOK_MILLIS,
            TimeUnit.MILLISECONDS);
  }
}
