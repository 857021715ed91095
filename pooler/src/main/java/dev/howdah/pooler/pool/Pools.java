package dev.howdah.pooler.pool;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.epoch.EpochGate;
import dev.howdah.pooler.epoch.EpochPass;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.pooler.routing.TopologyView;
import dev.howdah.pooler.routing.WriteStamp;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.ServerOpener;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All pools of a pooler, made when the first client asks for them. Safe for all threads. */
public final class Pools {
  private static final Logger LOG = LoggerFactory.getLogger(Pools.class);
  private static final int CONNECTIONS_PER_LANE_MIN = 2;
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final long NO_EPOCH = 0; // which no lease is for

  private static final ErrorFields REMOVED =
      ErrorFields.fatal(SqlState.DATABASE_DROPPED, "database removed")
          .withDetail("Its entry is gone from the configuration.");

  private final LiveConfig live;
  private final List<Lane> lanes;
  private final ServerOpener opener;
  private final Credentials credentials;
  private final Map<PoolKey, Pool> pools = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> databaseServers = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> databaseClients = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> userServers = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> userClients = new ConcurrentHashMap<>();
  private final AtomicInteger nextHome = new AtomicInteger();
  private final AtomicLong lastId = new AtomicLong();
  private final Map<String, WriteStamp> writes = new ConcurrentHashMap<>();
  private final Gates gates = new Gates();
  private volatile @Nullable NodeTopology topology;
  private volatile @Nullable EpochGate epochs;

  /** Where passwords for servers come from. */
  @FunctionalInterface
  public interface Credentials {

    /**
     * What to log in with as the user of a database's entry, or as {@code serverUser} if it names
     * none.
     */
    ServerCredentials of(DatabaseConfig database, String serverUser);
  }

  /** No pools yet. */
  public Pools(LiveConfig live, List<Lane> lanes, ServerOpener opener, Credentials credentials) {
    this.live = live;
    this.lanes = List.copyOf(lanes);
    this.opener = opener;
    this.credentials = credentials;
  }

  /** The pool of a database and server user, made if need be. */
  public Pool pool(DatabaseConfig database, String clientUser) {
    return pool(
        new PoolKey(database.name(), database.serverUser(clientUser)), database, clientUser);
  }

  /** The pool that runs {@code auth_query} as a user in a database, made if need be. */
  public Pool poolOfLookUps(DatabaseConfig database, String asker) {
    return pool(PoolKey.ofLookUps(database.name(), asker), database, asker);
  }

  private Pool pool(PoolKey key, DatabaseConfig database, String clientUser) {
    Pool pool = pools.get(key);
    if (pool == null) {
      PoolerConfig config = live.config();
      pool = pools.computeIfAbsent(key, _ -> newPool(key, config, database, clientUser));
      if (!live.config().equals(config) || database.placement().cluster().isPresent()) {
        // A reload, or a new primary, may have passed by without seeing it.
        if (!follow(pool, live.config())) {
          empty(List.of(pool));
        }
      }
    }
    return pool;
  }

  private Pool newPool(PoolKey key, PoolerConfig config, DatabaseConfig entry, String clientUser) {
    Place place = place(key, entry);
    DatabaseConfig database = place.database();
    String suffix = key.node().isEmpty() ? "" : "@" + key.node(); // limits are for each server
    var terms =
        new PoolTerms(
            database,
            settingsFor(key, config, database, clientUser),
            config.servers(),
            credentials.of(database, key.user()),
            true,
            place.located(),
            place.pass());
    return new Pool(
        key,
        clientUser,
        terms,
        limit(databaseServers, key.database() + suffix),
        limit(userServers, key.user() + suffix),
        this);
  }

  /**
   * Where a pool's server is, all of it as of one moment: an address from before a failover under
   * an epoch from after it would be taken for the new primary.
   *
   * @param database the entry as the pools of this use see it
   * @param located whether it is known where the server is
   * @param pass what connections are opened under
   */
  private record Place(DatabaseConfig database, boolean located, @Nullable EpochPass pass) {}

  private Place place(PoolKey key, DatabaseConfig entry) {
    NodeTopology source = topology;
    if (source == null || entry.placement().cluster().isEmpty()) {
      return new Place(seenBy(key, entry), true, null);
    }
    TopologyView view = source.now();
    boolean home = key.node().isEmpty();
    int node = home ? view.primary() : view.find(key.node());
    DatabaseConfig placed =
        node < 0 ? entry : entry.at(List.of(view.nodes().get(node).node().endpoint()));
    EpochGate gate = home ? epochs : null;
    return new Place(
        seenBy(key, placed),
        !home || node >= 0,
        gate == null ? null : new EpochPass(gate, node < 0 ? NO_EPOCH : view.epoch()));
  }

  private static DatabaseConfig seenBy(PoolKey key, DatabaseConfig entry) {
    return switch (key.use()) {
      case CLIENTS -> entry;
      case LOOK_UPS -> entry.forLookUps(key.user());
    };
  }

  // ---- nodes ----

  /**
   * From now on databases of the cluster are where a topology says. Before the first client.
   *
   * @param gate says whether its primary may be used; null where nobody replaces it
   */
  public void routeBy(NodeTopology source, @Nullable EpochGate gate) {
    epochs = gate;
    topology = source;
  }

  /** Which node is what; null when all databases name their hosts. */
  public @Nullable NodeTopology topology() {
    return topology;
  }

  /** Another node is the primary: connections go there from now on. Any thread. */
  public void relocate() {
    for (Pool pool : List.copyOf(pools.values())) {
      if (pool.database().placement().cluster().isPresent()) {
        follow(pool, live.config());
      }
    }
  }

  /** The pool of the same database and user on a replica, made if need be. */
  Pool onNode(Pool home, String node) {
    return pool(home.key().on(node), home.database(), home.clientUser());
  }

  /** What was written to a database, whatever name clients know it by. */
  public WriteStamp writes(DatabaseConfig database) {
    return writes.computeIfAbsent(database.serverDatabase(), _ -> new WriteStamp());
  }

  private static PoolSettings settingsFor(
      PoolKey key, PoolerConfig config, DatabaseConfig database, String clientUser) {
    PoolSettings settings = config.settingsFor(database, clientUser);
    return switch (key.use()) {
      case CLIENTS -> settings;
      case LOOK_UPS -> settings.forLookUps();
    };
  }

  // ---- reload ----

  /**
   * Brings every pool in line with the configuration in force: those whose database is gone are
   * dismissed, all others go by their new terms.
   *
   * @return the pools that are no more; whoever is still in them is to be told {@link #removed},
   *     then they are to be {@link #empty emptied}
   */
  public List<Pool> follow() {
    List<Pool> dismissed = new ArrayList<>();
    for (Pool pool : List.copyOf(pools.values())) {
      if (!follow(pool, live.config())) {
        dismissed.add(pool);
      }
    }
    return dismissed;
  }

  /** What clients of a database are told whose entry is gone. */
  public static ErrorFields removed() {
    return REMOVED;
  }

  /** False when its database is gone. */
  private boolean follow(Pool pool, PoolerConfig config) {
    PoolKey key = pool.key();
    Optional<DatabaseConfig> found = config.database(key.database());
    if (found.isEmpty()) {
      dismiss(pool);
      return false;
    }
    PoolTerms before = pool.terms();
    Place place = place(key, found.get());
    DatabaseConfig database = place.database();
    boolean current = before.current() || database.user().equals(Optional.of(key.user()));
    if (!database.user().equals(before.database().user())
        && !database.user().equals(Optional.of(key.user()))) {
      // New clients get a pool of the new user. Those who are here stay with the old one.
      database = database.withUser(before.database().user(), before.database().password());
      current = false;
    }
    ServerCredentials fresh = credentials.of(database, key.user());
    pool.adopt(
        new PoolTerms(
            database,
            settingsFor(key, config, database, pool.clientUser()),
            config.servers(),
            before.credentials().succeededBy(fresh),
            current,
            place.located(),
            place.pass()));
    return true;
  }

  private void dismiss(Pool pool) {
    String database = pool.key().database();
    LOG.warn("{}: dropping it, its database does not exist any more", pool);
    pools.remove(pool.key(), pool);
    gates.resume(database);
    gates.enable(database);
  }

  /** Closes everything in dismissed pools. Returns before that is done. */
  public void empty(List<Pool> dismissed) {
    for (Pool pool : dismissed) {
      for (PoolShard shard : pool.shards()) {
        shard.lane().loop().execute(() -> shard.dismiss(REMOVED));
      }
    }
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

  /**
   * Closes idle connections to a database that somebody needs to have for itself; those in use
   * stay. Returns before they are closed: PostgreSQL waits some seconds for that by itself.
   *
   * @param name as the server knows it
   */
  public void closeIdle(String name) {
    for (Pool pool : pools.values()) {
      if (pool.database().serverDatabase().equals(name)) {
        for (PoolShard shard : pool.shards()) {
          shard.lane().loop().execute(() -> shard.closeIdle("the database is wanted for itself"));
        }
      }
    }
  }

  /** How long an unused pool of a database without an entry of its own is kept. */
  Duration forgetAfter(Pool pool) {
    boolean orphaned = !pool.key().node().isEmpty() && !pools.containsKey(pool.key().home());
    if (orphaned || !pool.terms().current()) {
      return SOON;
    }
    PoolerConfig config = live.config();
    if (!pool.key().node().isEmpty()) {
      return Duration.ZERO; // its clients are those of the pool where writes go
    }
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

  Duration waitNotify() {
    return live.config().timeouts().queryWaitNotify();
  }

  /** Whether clients that listen get an empty notification when some may have been missed. */
  boolean wakesListeners() {
    return live.config().pools().listenWakeup();
  }

  ServerOpener opener() {
    return opener;
  }

  /**
   * The lanes a pool of this size lives on: all of them, or one when it is small. That of a replica
   * lives where its clients do.
   */
  List<Lane> lanesFor(PoolKey key, int poolSize) {
    Pool home = key.node().isEmpty() ? null : pools.get(key.home());
    if (home != null) {
      return home.shards().stream().map(PoolShard::lane).toList();
    }
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
