package dev.howdah.pooler.client;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolMode;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.pool.ConnectionLimit;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.route.Router;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What all client connections of one pooler share. Safe for all threads. */
public final class ClientHouse {
  private final PoolerConfig config;
  private final Router router;
  private final Pools pools;
  private final UserSecrets secrets;
  private final CancelKeys cancelKeys;
  private final SecureRandom random;
  private final ConnectionLimit clients = new ConnectionLimit();
  private final AtomicLong lastId = new AtomicLong();
  private volatile boolean closing;

  /** The house of a pooler that has no clients yet. */
  public ClientHouse(
      PoolerConfig config, Router router, Pools pools, UserSecrets secrets, SecureRandom random) {
    this.config = config;
    this.router = router;
    this.pools = pools;
    this.secrets = secrets;
    this.random = random;
    this.cancelKeys = new CancelKeys(random);
  }

  PoolerConfig config() {
    return config;
  }

  Router router() {
    return router;
  }

  Pools pools() {
    return pools;
  }

  UserSecrets secrets() {
    return secrets;
  }

  SecureRandom random() {
    return random;
  }

  CancelKeys cancelKeys() {
    return cancelKeys;
  }

  /** Client connections, those logging in included. */
  public ConnectionLimit clients() {
    return clients;
  }

  long nextId() {
    return lastId.incrementAndGet();
  }

  /** From now on every new client is told that we shut down. */
  public void startClosing() {
    closing = true;
  }

  /** Ends every client and closes every server connection of a lane, on its event loop. */
  public void shutDown(Lane lane) {
    for (Lane.Resident resident : List.copyOf(lane.residents())) {
      if (resident instanceof ClientSession session) {
        session.refuse(
            ErrorFields.fatal(
                SqlState.ADMIN_SHUTDOWN, "terminating connection: the pooler is shutting down"));
      }
    }
    for (Pool pool : pools.all()) {
      for (PoolShard shard : pool.shards()) {
        if (shard.lane() == lane) {
          shard.closeAll("shutting down");
        }
      }
    }
  }

  boolean isClosing() {
    return closing;
  }

  int messageBytesMax() {
    return (int) Math.min(Integer.MAX_VALUE - 8, config.protocol().maxPacketBytes());
  }

  boolean linkSessionsAtLogin() {
    return config.pools().linkSessionsAtLogin();
  }

  boolean logsConnections() {
    return config.log().connections();
  }

  boolean logsDisconnections() {
    return config.log().disconnections();
  }

  boolean logsErrors() {
    return config.log().poolerErrors();
  }

  String resetQuery() {
    return config.servers().resetQuery();
  }

  /** Whether the reset query also runs between transactions of different clients. */
  boolean resetsAlways() {
    return config.servers().resetQueryAlways();
  }

  /** What cleans a server connection after a client of this mode; empty for nothing. */
  String resetQueryFor(PoolMode mode) {
    return mode == PoolMode.SESSION || resetsAlways() ? resetQuery() : "";
  }

  /**
   * Counts an authenticated client of a database and user in.
   *
   * @return the pool that serves it; null when there are too many clients
   */
  @Nullable Pool tryEnter(DatabaseConfig database, String user) {
    if (!takePlace(database, user)) {
      return null;
    }
    Pool pool = router.pool(database, user);
    while (!pool.tryEnter()) {
      pool = router.pool(database, user);
    }
    return pool;
  }

  private boolean takePlace(DatabaseConfig database, String user) {
    PoolSettings settings = config.settingsFor(database, user);
    ConnectionLimit ofDatabase = pools.databaseClients(database.name());
    if (!ofDatabase.tryTake(settings.maxDbClients())) {
      return false;
    }
    if (!pools.userClients(user).tryTake(settings.maxUserClients())) {
      ofDatabase.giveBack();
      return false;
    }
    return true;
  }

  void onSessionEnd(Pool pool, String user) {
    pool.leave();
    pools.userClients(user).giveBack();
    pools.databaseClients(pool.key().database()).giveBack();
  }
}
