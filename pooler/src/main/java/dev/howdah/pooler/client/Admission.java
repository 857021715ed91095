package dev.howdah.pooler.client;

import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.startup.StartupMessage;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a client that has proven who it is its place in a pool. Safe for all threads. */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final ClientHouse house;

  Admission(ClientHouse house) {
    this.house = house;
  }

  /**
   * The session of a client, counted in; it lives on the event loop of its shard.
   *
   * @param lane where the client is now
   * @param proof of who it is
   * @throws PoolerException if there is no such database or no place in it
   */
  ClientSession admit(ClientIdentity client, Lane lane, Proof proof) {
    StartupMessage startup = client.startup();
    DatabaseConfig database = house.router().database(startup.database());
    if (house.pools().gates().isDisabled(database.name())) {
      throw PoolerException.of(
          ErrorFields.fatal(
                  SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                  "database \"" + database.name() + "\" is disabled")
              .withHint("An operator closed it to new clients; ENABLE opens it again."));
    }
    String user = userOf(startup, database, proof);
    Settings settings = settingsOf(startup, client.address());
    Pool pool = house.tryEnter(database, user, proof);
    if (pool == null) {
      throw PoolerException.of(
          ErrorFields.fatal(SqlState.TOO_MANY_CONNECTIONS, "too many client connections")
              .withDetail(
                  "Database \"%s\" or user \"%s\" has as many clients as it may have."
                      .formatted(startup.database(), user)));
    }
    return new ClientSession(client.as(user), pool.shardOn(lane), house, settings);
  }

  /** With {@code auth_type = any} the name a client gives means nothing; the entry's does. */
  private static String userOf(StartupMessage startup, DatabaseConfig database, Proof proof) {
    if (proof.method() != AuthType.ANY) {
      return startup.user();
    }
    return database
        .user()
        .orElseThrow(() -> {
          LOG.warn("auth_type=any requires forced user: database {}", database.name());
          return UserFinder.misconfigured();
        });
  }

  private Settings settingsOf(StartupMessage startup, @Nullable SocketAddress from) {
    var protocol = house.config().protocol();
    Settings settings =
        StartupOptions.read(startup.parameters(), protocol.ignoreStartupParameters());
    String target = settings.values().get(DestinationFinder.OPTION);
    if (target != null) {
      DestinationFinder.parse(target); // refused now, if it means nothing
    }
    if (protocol.applicationNameAddHost()) {
      String name = settings.values().getOrDefault("application_name", "app");
      settings = settings.with("application_name", name + " - " + ClientIdentity.text(from));
    }
    return settings;
  }
}
