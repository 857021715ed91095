package dev.howdah.pooler.pool;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.LoadBalanceHosts;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.notify.Listener;
import dev.howdah.pooler.prepared.StatementCatalogue;
import dev.howdah.pooler.server.LoginRequest;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.ServerOpener;
import dev.howdah.topology.Endpoint;
import dev.howdah.wire.auth.ScramKeys;
import dev.howdah.wire.auth.StoredSecret;
import dev.howdah.wire.error.ErrorFields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The server connections of one database and user: what all event loops share of them. Safe for all
 * threads.
 *
 * <p>The connections themselves live in {@link PoolShard}s, one per event loop, so that a checkout
 * touches nothing that another thread touches. What must hold over all loops together - the limits
 * - is a handful of counters that are only looked at when a connection is opened or closed.
 *
 * <p><b>Slots move, so that sharding costs nobody a connection.</b> A shard with waiters and no
 * slot raises its flag in {@link #hungry}. A shard that releases a connection while another is
 * hungry gives it away if it has no waiters itself, or has more than its fair share. The connection
 * moves with its slot: it is registered with the other event loop.
 *
 * <p>A pool with fewer than two connections per loop lives on one loop; its clients move there when
 * they log in.
 */
public final class Pool {
  private static final int FORGOTTEN = -1;

  private final PoolKey key;
  private final String clientUser;
  private final Pools house;
  private final long madeAtNanos = System.nanoTime();
  private volatile PoolTerms terms;
  private final ConnectionLimit servers = new ConnectionLimit();
  private final ConnectionLimit databaseServers;
  private final ConnectionLimit userServers;
  private final Welcomes welcomes = new Welcomes();
  private final PoolLoad load = new PoolLoad();
  private final StatementCatalogue statements = new StatementCatalogue();
  private final Set<String> sequenceUsers = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Listener listener;
  private final AtomicInteger hungry = new AtomicInteger(); // one bit per lane
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<PoolShard> shards; // in the order of their lanes
  private final AtomicInteger clients = new AtomicInteger(); // negative once forgotten
  private volatile @Nullable Failure failure;

  /** Why no connection could be opened, and when. */
  record Failure(ErrorFields error, long atNanos) {}

  /** What stood in the way of a new connection. */
  enum Slot {
    TAKEN,
    POOL_FULL,
    DATABASE_FULL,
    USER_FULL
  }

  /**
   * A pool without connections.
   *
   * @param clientUser who asked for it first; its client-side settings go by this user
   * @param databaseServers shared by all pools of the database
   * @param userServers shared by all pools of the user
   * @param house the lanes, and what else the pools of one pooler share
   */
  Pool(
      PoolKey key,
      String clientUser,
      PoolTerms terms,
      ConnectionLimit databaseServers,
      ConnectionLimit userServers,
      Pools house) {
    this.key = key;
    this.clientUser = clientUser;
    this.terms = terms;
    this.house = house;
    this.databaseServers = databaseServers;
    this.userServers = userServers;
    List<PoolShard> made = new ArrayList<>();
    for (Lane lane : house.lanesFor(key, terms.settings().poolSize())) {
      made.add(new PoolShard(this, lane, house));
    }
    this.shards = Collections.unmodifiableList(made);
    made.forEach(PoolShard::moveIn); // last: from here on other threads look at this pool
  }

  /** Its name. */
  public PoolKey key() {
    return key;
  }

  /** The database's entry in the configuration. */
  public DatabaseConfig database() {
    return terms.database();
  }

  /** How many clients were here and busy at once, as far as that is counted. Any thread. */
  public PoolLoad load() {
    return load;
  }

  /** The merged settings. */
  public PoolSettings settings() {
    return terms.settings();
  }

  /** What we log in with. */
  public ServerCredentials credentials() {
    return terms.credentials();
  }

  PoolTerms terms() {
    return terms;
  }

  /** Monotonic time it was made at; no connection of it is older. */
  long madeAtNanos() {
    return madeAtNanos;
  }

  /** Whether its server is a primary that others may replace. Any thread. */
  public boolean isReplaceable() {
    return terms.pass() != null;
  }

  /** Whether it is known where its server is; while it is not, everybody waits. */
  boolean isLocated() {
    return terms.located();
  }

  String clientUser() {
    return clientUser;
  }

  /**
   * Goes by new terms from now on; its shards hear of it on their event loops. A pool that has
   * become large gets a shard on each loop. Any thread, one at a time.
   */
  synchronized void adopt(PoolTerms next) {
    PoolTerms before = terms;
    terms = next;
    List<PoolShard> present = shards;
    shards = spread(present, house.lanesFor(key, next.settings().poolSize()));
    boolean elsewhere = next.leadElsewhereThan(before);
    boolean sameSecret = next.credentials().equals(before.credentials());
    if (elsewhere || !sameSecret) {
      failure = null; // it may have been for what has changed
    }
    for (PoolShard shard : present) {
      shard.lane().loop().execute(() -> shard.adopt(next, elsewhere));
    }
    for (PoolShard shard : shards) {
      if (!present.contains(shard)) {
        shard.moveIn();
      }
    }
  }

  private List<PoolShard> spread(List<PoolShard> present, List<Lane> lanes) {
    if (lanes.size() <= present.size()) {
      return present; // a few connections on many loops are lent from one to the other
    }
    List<PoolShard> all = new ArrayList<>();
    for (Lane lane : lanes) {
      PoolShard there = find(present, lane);
      all.add(there == null ? new PoolShard(this, lane, house) : there);
    }
    return Collections.unmodifiableList(all);
  }

  private static @Nullable PoolShard find(List<PoolShard> shards, Lane lane) {
    for (PoolShard shard : shards) {
      if (shard.lane() == lane) {
        return shard;
      }
    }
    return null;
  }

  /**
   * Notes what is known of the password now. If that is news, a login that was refused says nothing
   * any more.
   *
   * @param secret as it is stored
   */
  public void renew(@Nullable StoredSecret secret) {
    if (terms.credentials().renew(secret)) {
      failure = null;
    }
  }

  /** Notes the keys that a client's proof revealed; see {@link #renew}. */
  public void learn(ScramKeys keys) {
    if (terms.credentials().learn(keys)) {
      failure = null;
    }
  }

  /** What servers report to sessions of this pool. */
  public Welcomes welcomes() {
    return welcomes;
  }

  /** The statements that its clients have prepared. */
  public StatementCatalogue statements() {
    return statements;
  }

  /** What listens for its clients; made when the first asks for it. */
  public synchronized Listener listener() {
    Listener there = listener;
    if (there == null) {
      there = new Listener(new ListenerHouse(), shards.getFirst().lane().loop());
      listener = there;
    }
    return there;
  }

  /** What listens for its clients; null when none ever did. */
  public @Nullable Listener listenerIfAny() {
    return listener;
  }

  private final class ListenerHouse implements Listener.House {
    @Override
    public String database() {
      return key.database();
    }

    @Override
    public String user() {
      return key.user();
    }

    @Override
    public LoginRequest loginRequest() {
      return Pool.this.loginRequest(Map.of());
    }

    @Override
    public ServerOpener opener() {
      return house.opener();
    }

    @Override
    public long nextConnectionId() {
      return house.nextConnectionId();
    }

    @Override
    public boolean wakesUp() {
      return house.wakesListeners();
    }
  }

  /** The applications whose clients have asked for currval or lastval. */
  public Set<String> sequenceUsers() {
    return sequenceUsers;
  }

  /** Its shards, one per lane it lives on. */
  public List<PoolShard> shards() {
    return shards;
  }

  /** How many server connections there are, those being opened included. */
  public int serverCount() {
    return servers.used();
  }

  /** How many clients are logged in to it. */
  public int clientCount() {
    return clients.get();
  }

  /**
   * Counts a client in; false when the pool was forgotten meanwhile, and another must be asked for.
   */
  public boolean tryEnter() {
    return clients.updateAndGet(count -> count < 0 ? count : count + 1) > 0;
  }

  /**
   * Marks an unused pool as forgotten, so that no client enters any more; false if it is in use.
   */
  boolean tryForget() {
    return servers.used() == 0 && clients.compareAndSet(0, FORGOTTEN);
  }

  /** Counts a client out. */
  public void leave() {
    clients.decrementAndGet();
  }

  /** The shard on a lane, or the first shard when the pool does not live there. */
  public PoolShard shardOn(Lane lane) {
    List<PoolShard> all = shards;
    PoolShard there = find(all, lane);
    return there == null ? all.getFirst() : there;
  }

  /** How many connections a shard may keep while another one is hungry. */
  int fairShare() {
    int count = shards.size();
    return (terms.settings().poolSize() + count - 1) / count;
  }

  Slot takeSlot(boolean fromReserve) {
    PoolSettings settings = terms.settings();
    int max = settings.poolSize() + (fromReserve ? settings.reservePoolSize() : 0);
    if (!servers.tryTake(max)) {
      return Slot.POOL_FULL;
    }
    if (!databaseServers.tryTake(settings.maxDbServers())) {
      servers.giveBack();
      return Slot.DATABASE_FULL;
    }
    if (!userServers.tryTake(settings.maxUserServers())) {
      databaseServers.giveBack();
      servers.giveBack();
      return Slot.USER_FULL;
    }
    return Slot.TAKEN;
  }

  void giveSlotBack() {
    userServers.giveBack();
    databaseServers.giveBack();
    servers.giveBack();
  }

  /** Raises a shard's flag; returns whether it was down. */
  boolean setHungry(PoolShard shard) {
    int bit = bitOf(shard);
    return (hungry.getAndUpdate(flags -> flags | bit) & bit) == 0;
  }

  void setFed(PoolShard shard) {
    int bit = bitOf(shard);
    if ((hungry.get() & bit) != 0) {
      hungry.getAndUpdate(flags -> flags & ~bit);
    }
  }

  /** Whether somebody waited for it, on any loop, at the last tick. */
  boolean isAwaited() {
    for (PoolShard shard : shards) {
      if (shard.isAwaited()) {
        return true;
      }
    }
    return false;
  }

  /** Another shard that is hungry, if there is one. */
  @Nullable PoolShard hungrySibling(PoolShard shard) {
    int others = hungry.get() & ~bitOf(shard);
    if (others != 0) {
      List<PoolShard> all = shards;
      for (int i = 0; i < all.size(); i++) {
        if ((others & bitOf(all.get(i))) != 0) {
          return all.get(i);
        }
      }
    }
    return null;
  }

  private static int bitOf(PoolShard shard) {
    return 1 << shard.lane().index();
  }

  /** Whether it holds more connections than it may, after its size was lowered. */
  boolean isOverfull() {
    PoolSettings settings = terms.settings();
    return servers.used() > settings.poolSize() + settings.reservePoolSize();
  }

  LoginRequest loginRequest(Map<String, String> further) {
    PoolTerms now = terms;
    DatabaseConfig database = now.database();
    Map<String, String> parameters = new LinkedHashMap<>(database.startupParameters());
    parameters.putAll(further);
    return new LoginRequest(
        endpoints(database),
        database.serverDatabase(),
        now.credentials(),
        parameters,
        now.servers().connectTimeout());
  }

  private List<Endpoint> endpoints(DatabaseConfig database) {
    List<Endpoint> listed = database.endpoints();
    if (listed.size() == 1) {
      return listed;
    }
    int first = staysWithHost(database) ? turn.get() : turn.getAndIncrement();
    List<Endpoint> rotated = new ArrayList<>(listed);
    Collections.rotate(rotated, -Math.floorMod(first, listed.size()));
    return rotated;
  }

  private static boolean staysWithHost(DatabaseConfig database) {
    return database.loadBalanceHosts() == LoadBalanceHosts.DISABLE;
  }

  @Nullable Failure failure() {
    return failure;
  }

  void onOpenFailed(ErrorFields error, long nowNanos) {
    failure = new Failure(error, nowNanos);
    if (staysWithHost(database())) {
      turn.incrementAndGet(); // until one fails: a host may also fail by silence or refusal
    }
  }

  void onOpened() {
    failure = null;
  }

  @Override
  public String toString() {
    return "pool " + key;
  }
}
