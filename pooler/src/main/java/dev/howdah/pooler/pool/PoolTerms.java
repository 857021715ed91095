package dev.howdah.pooler.pool;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.ServerConfig;
import dev.howdah.pooler.epoch.EpochPass;
import dev.howdah.pooler.server.ServerCredentials;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a pool goes by. Immutable; a reload gives the pool new ones as a whole.
 *
 * @param database its entry
 * @param credentials what we log in with
 * @param current whether new clients come to this pool; no longer, when its database's entry now
 *     names another user
 * @param located whether it is known where the server is
 * @param pass what connections are opened under; null where nobody replaces the server
 */
record PoolTerms(
    DatabaseConfig database,
    PoolSettings settings,
    ServerConfig servers,
    ServerCredentials credentials,
    boolean current,
    boolean located,
    @Nullable EpochPass pass) {

  /** Terms with a server that nobody replaces. */
  PoolTerms(
      DatabaseConfig database,
      PoolSettings settings,
      ServerConfig servers,
      ServerCredentials credentials,
      boolean current) {
    this(database, settings, servers, credentials, current, true, null);
  }

  /** Whether connections opened under {@code earlier} terms would be opened differently now. */
  boolean leadElsewhereThan(PoolTerms earlier) {
    DatabaseConfig before = earlier.database;
    return !Objects.equals(pass, earlier.pass)
        || !database.endpoints().equals(before.endpoints())
        || !database.serverDatabase().equals(before.serverDatabase())
        || !database.startupParameters().equals(before.startupParameters())
        || !database.connectQuery().equals(before.connectQuery());
  }
}
