package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.pool.Hold;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the pooler, at once or when something is over. Whoever orders it logs that it was
 * ordered. Safe for all threads.
 */
final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
  private static final long LOOK_MILLIS = 100;
  private static final ErrorFields SHUTTING_DOWN =
      ErrorFields.fatal(SqlState.ADMIN_SHUTDOWN, "the pooler is shutting down")
          .withDetail("You were waiting for a server connection.");

  private final ClientHouse house;
  private final Pools pools;
  private final PoolerControl control;
  private final BooleanSupplier clientsGone;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * No shutdown yet.
   *
   * @param clientsGone whether no client but the console's is left
   */
  Shutdown(ClientHouse house, PoolerControl control, BooleanSupplier clientsGone) {
    this.house = house;
    this.pools = house.pools();
    this.control = control;
    this.clientsGone = clientsGone;
  }

  /** Whether a shutdown is under way. */
  boolean hasBegun() {
    return begun.get();
  }

  void now() {
    begun.set(true);
    control.stop();
  }

  /** Takes no new clients, gives out no server connections, and ends when all have come back. */
  void afterServers() {
    begin();
    pools.gates().holdEverything(Hold.PAUSED);
    pools.applyHolds();
    stopWhen(() -> {
      refuseWaiters();
      return pools.all().stream().allMatch(pool -> pool.serverCount() == 0);
    });
  }

  /** Those who come to wait later are told too, at the next look. */
  private void refuseWaiters() {
    for (Pool pool : pools.all()) {
      for (PoolShard shard : pool.shards()) {
        shard.lane().loop().execute(() -> shard.refuseWaiters(SHUTTING_DOWN));
      }
    }
  }

  /** Takes no new clients and ends when those there are have gone. */
  void afterClients() {
    begin();
    stopWhen(clientsGone);
  }

  /**
   * Takes no new clients, shows each of those there are out at the end of its transaction, and ends
   * when the last one has gone.
   *
   * @param max for transactions that do not end; zero waits for ever
   */
  void drain(Duration max) {
    begin();
    house.startDraining();
    long startNanos = System.nanoTime();
    stopWhen(() -> {
      for (Lane lane : pools.lanes()) {
        lane.loop().execute(() -> house.drain(lane));
      }
      int left = pools.all().stream().mapToInt(Pool::clientCount).sum();
      if (left > 0 && max.isPositive() && System.nanoTime() - startNanos > max.toNanos()) {
        LOG.warn(
            "drain_timeout of {} s is over, {} clients are disconnected in their transactions",
            max.toSeconds(),
            left);
        return true;
      }
      return left == 0;
    });
  }

  private void begin() {
    begun.set(true);
    control.stopAccepting();
  }

  private void stopWhen(BooleanSupplier condition) {
    pools
        .lanes()
        .getFirst()
        .loop()
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
