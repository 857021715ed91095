package dev.howdah.pooler.route;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.wire.auth.StoredSecret;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the pool for what a client asked for. Safe for all threads. */
public final class Router {
  private final PoolerConfig config;
  private final Pools pools;
  private final Function<String, @Nullable StoredSecret> secretOf;
  private final Executor executor;

  /**
   * A router over one configuration.
   *
   * @param secretOf what is stored for a user
   * @param executor for what must not run on an event loop
   */
  public Router(
      PoolerConfig config,
      Pools pools,
      Function<String, @Nullable StoredSecret> secretOf,
      Executor executor) {
    this.config = config;
    this.pools = pools;
    this.secretOf = secretOf;
    this.executor = executor;
  }

  /**
   * The entry of a database in the configuration.
   *
   * @throws PoolerException 3D000 if there is none
   */
  public DatabaseConfig database(String name) {
    return config
        .database(name)
        .orElseThrow(() ->
            PoolerException.of(
                ErrorFields.fatal(
                        SqlState.INVALID_CATALOG_NAME, "database \"" + name + "\" does not exist")
                    .withDetail("It is not listed in [databases], and there is no * entry.")));
  }

  /**
   * The pool that serves a user in a database.
   *
   * @param own what is known of the user's password, from wherever; for servers that the user logs
   *     in to under the same name
   */
  public Pool pool(DatabaseConfig database, String user, @Nullable StoredSecret own) {
    return pools.pool(
        database, user, entry -> credentials(entry, entry.serverUser(user), user, own));
  }

  private ServerCredentials credentials(
      DatabaseConfig database, String serverUser, String user, @Nullable StoredSecret own) {
    if (database.password().isPresent()) {
      return new ServerCredentials(
          serverUser, StoredSecret.parse(database.password().get()), executor);
    }
    return serverUser.equals(user)
        ? new ServerCredentials(user, own, executor)
        : credentialsOf(serverUser);
  }

  /** The credentials of a user who is in the user list, or whom servers trust. */
  public ServerCredentials credentialsOf(String user) {
    return new ServerCredentials(user, secretOf.apply(user), executor);
  }
}
