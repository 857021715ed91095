package dev.howdah.pooler.client;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.auth.ScramKeys;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.startup.StartupMessage;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Gives a client that has proven who it is its place in a pool. Safe for all threads. */
final class Admission {
  private final ClientHouse house;

  Admission(ClientHouse house) {
    this.house = house;
  }

  /**
   * The session of a client, counted in; it lives on the event loop of its shard.
   *
   * @param lane where the client is now
   * @param keys what its proof revealed; null for nothing
   * @throws PoolerException if there is no such database or no place in it
   */
  ClientSession admit(
      StartupMessage startup, @Nullable SocketAddress from, Lane lane, @Nullable ScramKeys keys) {
    DatabaseConfig database = house.router().database(startup.database());
    if (house.pools().gates().isDisabled(database.name())) {
      throw PoolerException.of(
          ErrorFields.fatal(
                  SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                  "database \"" + database.name() + "\" is disabled")
              .withHint("An operator closed it to new clients; ENABLE opens it again."));
    }
    Settings settings = settingsOf(startup, from);
    Pool pool = house.tryEnter(database, startup.user());
    if (pool == null) {
      throw PoolerException.of(
          ErrorFields.fatal(SqlState.TOO_MANY_CONNECTIONS, "too many client connections")
              .withDetail(
                  "Database \"%s\" or user \"%s\" has as many clients as it may have."
                      .formatted(startup.database(), startup.user())));
    }
    if (keys != null && pool.key().user().equals(startup.user())) {
      pool.credentials().learn(keys);
    }
    var identity = new ClientIdentity(house.nextId(), startup, from);
    return new ClientSession(identity, pool.shardOn(lane), house, settings);
  }

  private Settings settingsOf(StartupMessage startup, @Nullable SocketAddress from) {
    var protocol = house.config().protocol();
    Settings settings =
        StartupOptions.read(startup.parameters(), protocol.ignoreStartupParameters());
    if (protocol.applicationNameAddHost()) {
      String name = settings.values().getOrDefault("application_name", "app");
      settings = settings.with("application_name", name + " - " + ClientIdentity.text(from));
    }
    return settings;
  }
}
