package dev.howdah.pooler.route;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;

/** Finds the pool for what a client asked for. Safe for all threads. */
public final class Router {
  private final LiveConfig live;
  private final Pools pools;

  /** A router over the configuration in force. */
  public Router(LiveConfig live, Pools pools) {
    this.live = live;
    this.pools = pools;
  }

  /**
   * The entry of a database in the configuration.
   *
   * @throws PoolerException 3D000 if there is none
   */
  public DatabaseConfig database(String name) {
    return live.config()
        .database(name)
        .orElseThrow(() ->
            PoolerException.of(
                ErrorFields.fatal(
                        SqlState.INVALID_CATALOG_NAME, "database \"" + name + "\" does not exist")
                    .withDetail("It is not listed in [databases], and there is no * entry.")));
  }

  /** The pool that serves a user in a database. */
  public Pool pool(DatabaseConfig database, String user) {
    return pools.pool(database, user);
  }
}
