package dev.howdah.pooler.pool;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.ServerConfig;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.ServerOpener;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All pools of a pooler, made when the first client asks for them. Safe for all threads. */
public final class Pools {
  private static final int CONNECTIONS_PER_LANE_MIN = 2;

  private final PoolerConfig config;
  private final List<Lane> lanes;
  private final ServerOpener opener;
  private final Map<PoolKey, Pool> pools = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> databaseServers = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> databaseClients = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> userServers = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> userClients = new ConcurrentHashMap<>();
  private final AtomicInteger nextHome = new AtomicInteger();
  private final AtomicLong lastId = new AtomicLong();
  private final Gates gates = new Gates();

  /** No pools yet. */
  public Pools(PoolerConfig config, List<Lane> lanes, ServerOpener opener) {
    this.config = config;
    this.lanes = List.copyOf(lanes);
    this.opener = opener;
  }

  /**
   * The pool of a database and server user, made if need be.
   *
   * @param credentials asked once, for a new pool
   */
  public Pool pool(
      DatabaseConfig database,
      String clientUser,
      Function<DatabaseConfig, ServerCredentials> credentials) {
    PoolSettings settings = config.settingsFor(database, clientUser);
    PoolKey key = new PoolKey(database.name(), database.serverUser(clientUser));
    return pool(key, database, settings, () -> credentials.apply(database));
  }

  /**
   * The pool that runs {@code auth_query} as a user in a database, made if need be.
   *
   * @param credentials asked once, for a new pool
   */
  public Pool poolOfLookUps(
      DatabaseConfig database, String asker, Supplier<ServerCredentials> credentials) {
    DatabaseConfig own = database.forLookUps(asker);
    return pool(
        PoolKey.ofLookUps(database.name(), asker),
        own,
        config.settingsFor(own, asker).forLookUps(),
        credentials);
  }

  private Pool pool(
      PoolKey key,
      DatabaseConfig database,
      PoolSettings settings,
      Supplier<ServerCredentials> credentials) {
    Pool pool = pools.get(key);
    if (pool == null) {
      pool =
          pools.computeIfAbsent(
              key,
              _ ->
                  new Pool(
                      key,
                      database,
                      settings,
                      credentials.get(),
                      limit(databaseServers, key.database()),
                      limit(userServers, key.user()),
                      this));
    }
    return pool;
  }

  private static ConnectionLimit limit(Map<String, ConnectionLimit> limits, String name) {
    return limits.computeIfAbsent(name, _ -> new ConnectionLimit());
  }

  /** Client connections of a database. */
  public ConnectionLimit databaseClients(String database) {
    return limit(databaseClients, database);
  }

  /** Client connections of a user. */
  public ConnectionLimit userClients(String user) {
    return limit(userClients, user);
  }

  /** Forgets a pool that no client uses and that has no connections left. */
  void forget(Pool pool) {
    if (pool.tryForget() && pools.remove(pool.key(), pool)) {
      for (PoolShard shard : pool.shards()) {
        shard.lane().loop().execute(() -> shard.lane().remove(shard));
      }
    }
  }

  /** How long an unused pool of a database without an entry of its own is kept. */
  Duration forgetAfter(Pool pool) {
    return config.isAutomatic(pool.key().database())
        ? config.pools().autodbIdleTimeout()
        : Duration.ZERO;
  }

  /** Which databases are held back or take no new clients. */
  public Gates gates() {
    return gates;
  }

  /** Tells every pool what {@link #gates} says now. Returns before they have all heard it. */
  public void applyHolds() {
    for (Pool pool : pools.values()) {
      for (PoolShard shard : pool.shards()) {
        shard.lane().loop().execute(shard::applyHold);
      }
    }
  }

  /** A number that no other connection of this process has, client or server. */
  public long nextConnectionId() {
    return lastId.incrementAndGet();
  }

  /** Every pool there is. */
  public Collection<Pool> all() {
    return pools.values();
  }

  /** The event loops. */
  public List<Lane> lanes() {
    return lanes;
  }

  ServerConfig serverConfig() {
    return config.servers();
  }

  Duration waitNotify() {
    return config.timeouts().queryWaitNotify();
  }

  ServerOpener opener() {
    return opener;
  }

  /** The lanes a pool of this size lives on: all of them, or one when it is small. */
  List<Lane> lanesFor(int poolSize) {
    if (poolSize >= CONNECTIONS_PER_LANE_MIN * lanes.size()) {
      return lanes;
    }
    return List.of(lanes.get(Math.floorMod(nextHome.getAndIncrement(), lanes.size())));
  }

  /**
   * Asks the other pools that share a limit which has been reached for one idle connection; it is
   * closed and its slot becomes free.
   *
   * @param sharing which pools those are
   */
  void evictIdle(Pool needy, Predicate<PoolKey> sharing) {
    for (Pool pool : pools.values()) {
      if (pool != needy && sharing.test(pool.key())) {
        for (PoolShard shard : pool.shards()) {
          if (shard.idleCount() > 0) {
            shard.lane().loop().execute(shard::evictOne);
            return;
          }
        }
      }
    }
  }
}
