package dev.howdah.pooler.client;

import dev.howdah.pooler.config.AuthQuery;
import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.lookup.UserLookUps;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what is known of a user: from {@code auth_file}, and for those who are not there from
 * the database that {@code auth_query} is for. Safe for all threads.
 */
final class UserFinder {
  private static final Logger LOG = LoggerFactory.getLogger(UserFinder.class);

  private final ClientHouse house;
  private final UserLookUps lookUps;

  UserFinder(ClientHouse house, UserLookUps lookUps) {
    this.house = house;
    this.lookUps = lookUps;
  }

  /**
   * What is known of a user.
   *
   * @param type how the user is to prove who it is
   * @param database the client wants; it may have look-ups of its own
   * @param lane where the client is
   * @return may complete on another thread; exceptionally when the database cannot be asked
   * @throws PoolerException if the configuration does not say whom to ask
   */
  CompletionStage<KnownUser> find(AuthType type, String database, String user, Lane lane) {
    if (type == AuthType.ANY) {
      return known(KnownUser.unknown(user)); // and does not matter
    }
    KnownUser listed = house.secrets().user(user);
    if (listed.exists()) {
      return known(listed);
    }
    boolean console = house.consoleFor(database) != null;
    Optional<DatabaseConfig> entry = console ? Optional.empty() : house.config().database(database);
    if (entry.isEmpty() && !console) {
      return known(listed); // there is no such database, which is said after the password only
    }
    AuthQuery query =
        entry
            .map(DatabaseConfig::authQuery)
            .orElse(AuthQuery.NONE)
            .orElse(house.config().auth().query());
    if (query.user().isEmpty() || (console && query.database().isEmpty())) {
      return known(listed);
    }
    DatabaseConfig asked =
        query.database().isPresent() ? authDatabase(query.database().get()) : entry.orElseThrow();
    return lookUps
        .find(asked, query.user().get(), query.sql().orElseThrow(), user, lane)
        .thenApply(found -> {
          KnownUser answer = KnownUser.found(user, found);
          house.secrets().observe(answer);
          return answer;
        });
  }

  private static CompletionStage<KnownUser> known(KnownUser user) {
    return CompletableFuture.completedFuture(user);
  }

  private DatabaseConfig authDatabase(String name) {
    if (house.pools().gates().isDisabled(name)) {
      throw PoolerException.of(
          ErrorFields.fatal(
              SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
              "authentication database \"" + name + "\" is disabled"));
    }
    return house
        .config()
        .database(name)
        .orElseThrow(() -> {
          LOG.warn("authentication database \"{}\" is not configured", name);
          return misconfigured();
        });
  }

  /** PgBouncer's words for a configuration that cannot serve a client; the log says more. */
  static PoolerException misconfigured() {
    return PoolerException.of(
        ErrorFields.fatal(SqlState.CONFIG_FILE_ERROR, "bouncer config error"));
  }
}
