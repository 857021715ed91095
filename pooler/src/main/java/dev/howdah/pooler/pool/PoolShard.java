package dev.howdah.pooler.pool;

import dev.howdah.pooler.config.PoolMode;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.ServerConfig;
import dev.howdah.pooler.epoch.EpochPass;
import dev.howdah.pooler.notify.Listener;
import dev.howdah.pooler.pool.WaitQueue.Place;
import dev.howdah.pooler.server.LoginOutcome;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.ServerIdentity;
import dev.howdah.pooler.server.ServerOwner;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a pool that lives on one event loop: its idle connections, its queue, its counts. All
 * methods on that loop, but for those that say otherwise.
 *
 * <p>Idle connections are handed out last in, first out, so that the surplus grows cold and can be
 * closed, unless one nearby fits the client better ({@link IdleServers}); clients wait first in,
 * first out. Connections are opened when somebody waits, a few at a time, and not while the server
 * is known to refuse ({@code server_login_retry}).
 */
public final class PoolShard implements ServerOwner {
  private static final Logger LOG = LoggerFactory.getLogger(PoolShard.class);
  private static final int OPENING_MAX = 4;
  private static final long REPLACEABLE_RETRY_NANOS = 100_000_000;
  private static final long GATE_LOOK_MILLIS = 3;
  private static final String EPOCH_OVER = "the primary was replaced or fenced";
  private static final String RECONNECT = "replaced at an operator's request";

  private final Pool pool;
  private final Lane lane;
  private final Pools house;
  private PoolSettings settings;
  private ServerConfig serverConfig;
  private final IdleServers idle = new IdleServers();
  private final WaitQueue waiters;
  private Freshness freshness;
  private final List<ServerConnection> servers = new ArrayList<>();
  private final Set<ServerConnection> checking = new HashSet<>(); // about to be free, or lost
  private final List<Opening> dedicated = new ArrayList<>(); // being opened for one client each
  private int opening; // for whoever waits
  private boolean closed;
  private @Nullable EpochPass pass; // what connections are opened under; null for nothing
  private boolean gateWatched; // a look at whether it has opened is scheduled
  private @Nullable ErrorFields dismissal; // what whoever comes from now on is told
  private Hold hold;
  private long staleBeforeNanos; // connections opened earlier are not used again
  private String staleReason = RECONNECT;
  private long unusedSinceNanos = System.nanoTime();
  private volatile int idleCount; // read by other loops as a hint
  private volatile Occupancy occupancy = Occupancy.NONE; // as of the last tick, for other loops
  private final PoolCounters counters = new PoolCounters();
  private final NodeShards nodes;

  PoolShard(Pool pool, Lane lane, Pools house) {
    this.pool = pool;
    this.lane = lane;
    this.house = house;
    this.staleBeforeNanos = pool.madeAtNanos(); // siblings may lend what they opened before
    PoolTerms terms = pool.terms();
    this.settings = terms.settings();
    this.serverConfig = terms.servers();
    this.pass = terms.pass();
    this.waiters = new WaitQueue(() -> pool.setFed(this));
    this.freshness = new Freshness(settings, serverConfig);
    this.hold = house.gates().holdOf(pool.key().database());
    this.nodes = new NodeShards(this, house);
  }

  /** Begins to live on its lane, when its pool is complete. */
  void moveIn() {
    lane.loop()
        .execute(() -> {
          lane.add(this);
          applyHold(); // what was ordered while nobody knew of this pool
        });
  }

  /** The pool it is a part of. */
  public Pool pool() {
    return pool;
  }

  /** Where it lives. */
  public Lane lane() {
    return lane;
  }

  @Override
  public String database() {
    return pool.key().database();
  }

  @Override
  public String user() {
    return pool.key().user();
  }

  /** A hint for any thread: how many connections are idle. */
  public int idleCount() {
    return idleCount;
  }

  /** How many clients wait here. */
  public int waiting() {
    return waiters.size();
  }

  /** Every logged-in connection here. */
  public List<ServerConnection> servers() {
    return servers;
  }

  /** The connection here that listens for the whole pool; null for none. */
  public @Nullable ServerConnection listening() {
    Listener listener = ownListener();
    return listener == null ? null : listener.server();
  }

  /** How many connections are being opened. */
  public int opening() {
    return opening;
  }

  /** How long the first in the queue has waited; 0 when nobody waits. */
  public long longestWaitNanos() {
    Place first = waiters.first();
    return first == null ? 0 : System.nanoTime() - first.sinceNanos();
  }

  /** Shows every waiter with the monotonic time it has waited since, the longest wait first. */
  public void eachWaiter(ObjLongConsumer<Waiter> visitor) {
    waiters.each(visitor);
  }

  /** The shards of the same database and user on replicas, on the same event loop. */
  public NodeShards nodes() {
    return nodes;
  }

  /** How many connections here are in use, and how many clients wait for one. */
  public int load() {
    return servers.size() - idle.size() + waiters.size();
  }

  /** Whether a connection has been idle for so long that it is checked before its next use. */
  public boolean needsCheck(ServerConnection server) {
    return freshness.needsCheck(server, lane.nowNanos());
  }

  /** When a server connection goes back at present. */
  public PoolMode mode() {
    return settings.poolMode();
  }

  /** Totals since start. */
  public PoolCounters counters() {
    return counters;
  }

  // ---- checkout and release ----

  /**
   * Gives {@code waiter} a server connection, at once if one is idle, else in its turn. A login is
   * refused at once while the server is known to be out of reach.
   */
  public void checkout(Waiter waiter) {
    assert lane.loop().inEventLoop();
    ServerConnection server = takeIdle(waiter.settings());
    if (server != null) {
      count(waiter);
      waiter.onCheckout(server);
      return;
    }
    ErrorFields gone = dismissal;
    if (gone != null) {
      waiter.onRefused(gone);
      return;
    }
    Pool.Failure failure = pool.failure();
    boolean elsewhere = isOfReplica(); // where others do what it cannot
    if (failure != null
        && pass == null
        && hold == Hold.NONE
        && (elsewhere || waiter.isLogin())
        && isRecent(failure)
        && servers.isEmpty()) {
      waiter.onRefused(failure.error());
      return;
    }
    waiters.add(waiter);
    openForWaiters();
  }

  /** Takes a waiter that lost interest out of the queue, and gives up what is opened for it. */
  public void forget(Waiter waiter) {
    waiters.forget(waiter);
    dedicated.removeIf(opening -> waiter.equals(opening.onlyUser));
  }

  private @Nullable ServerConnection takeIdle(Settings wanted) {
    if (!mayServe()) {
      return null;
    }
    while (hold == Hold.NONE && !idle.isEmpty()) {
      ServerConnection server = idle.take(wanted, serverConfig.roundRobin());
      idleCount = idle.size();
      if (!needsCheck(server)) {
        return server;
      }
      checking.add(server);
      server.check(
          serverConfig.checkSql(),
          () -> {
            checking.remove(server);
            server.setIdle();
            onFree(server);
          });
      if (checking.size() > waiters.size()) {
        return null; // one for each who waits, and one for who is about to
      }
    }
    return null;
  }

  @Override
  public void onFree(ServerConnection server) {
    long now = lane.nowNanos();
    server.touch(now);
    if (freshness.isTooOld(server, now)) {
      server.close("server lifetime over");
      return;
    }
    if (hold != Hold.NONE || isStale(server.openedAtNanos()) || !mayServe()) {
      onFreeUnwanted(server);
      return;
    }
    PoolShard hungry = pool.hungrySibling(this);
    if (hungry != null && (waiters.isEmpty() || servers.size() > pool.fairShare())) {
      move(server, hungry);
      return;
    }
    Place next = waiters.poll();
    if (next == null) {
      keep(server);
    } else {
      hand(next, server);
    }
  }

  /** A login that only looks at a connection is not assigned it. */
  private void count(Waiter waiter) {
    if (!waiter.isLogin()) {
      counters.onAssigned();
    }
  }

  private void keep(ServerConnection server) {
    if (serverConfig.roundRobin()) {
      idle.addLast(server);
    } else {
      idle.addFirst(server);
    }
    idleCount = idle.size();
  }

  private void hand(Place next, ServerConnection server) {
    count(next.waiter());
    long waited = System.nanoTime() - next.sinceNanos();
    counters.onWaited(waited);
    next.waiter().onWaited(waited);
    next.waiter().onCheckout(server);
    server.flush();
  }

  @Override
  public void onClosed(ServerConnection server) {
    servers.remove(server);
    checking.remove(server);
    if (idle.remove(server)) {
      idleCount = idle.size();
    }
    pool.giveSlotBack();
    counters.onServerClosed();
    if (!waiters.isEmpty()) {
      openForWaiters();
    }
  }

  // ---- opening ----

  private void openForWaiters() {
    while (!closed
        && hold == Hold.NONE
        && pool.isLocated()
        && opening < Math.min(waiters.size() - checking.size(), OPENING_MAX)) {
      Pool.Failure failure = pool.failure();
      if (failure != null && isRecent(failure)) {
        return;
      }
      switch (pool.takeSlot(isReserveDue())) {
        case TAKEN -> open();
        case POOL_FULL -> {
          askSiblings();
          return;
        }
        case DATABASE_FULL -> {
          askSiblings();
          String database = pool.key().database();
          house.evictIdle(pool, key -> key.database().equals(database));
          return;
        }
        case USER_FULL -> {
          askSiblings();
          String user = pool.key().user();
          house.evictIdle(pool, key -> key.user().equals(user));
          return;
        }
      }
    }
  }

  private boolean isRecent(Pool.Failure failure) {
    long retryNanos = serverConfig.loginRetry().toNanos();
    if (pass != null || isOfReplica()) {
      retryNanos = Math.min(retryNanos, REPLACEABLE_RETRY_NANOS); // others look after it
    }
    return System.nanoTime() - failure.atNanos() < retryNanos;
  }

  @Override
  public boolean isOfReplica() {
    return !pool.key().node().isEmpty();
  }

  /** Whether the longest wait entitles to a connection from the reserve. */
  private boolean isReserveDue() {
    Place longest = waiters.first();
    return longest != null
        && settings.reservePoolSize() > 0
        && settings.reservePoolTimeout().isPositive()
        && System.nanoTime() - longest.sinceNanos() >= settings.reservePoolTimeout().toNanos();
  }

  private void open() {
    opening++;
    house.opener().open(pool.loginRequest(Map.of()), lane.loop(), new Opening(null));
  }

  /**
   * Opens a connection for one client only, with further startup parameters: for replication. It
   * counts in the pool, is never handed to anybody else, and is closed at its release.
   */
  public void openDedicated(Waiter waiter, Map<String, String> parameters) {
    if (hold != Hold.NONE) {
      waiter.onRefused(
          ErrorFields.fatal(SqlState.CANNOT_CONNECT_NOW, "the database is paused")
              .withHint("Connect again after RESUME."));
      return;
    }
    Pool.Slot slot = pool.takeSlot(false);
    if (slot != Pool.Slot.TAKEN) {
      waiter.onRefused(
          ErrorFields.fatal(SqlState.TOO_MANY_CONNECTIONS, "no server connection is free")
              .withDetail("A connection of this kind cannot be shared: " + occupancy(0) + "."));
      return;
    }
    var attempt = new Opening(waiter);
    dedicated.add(attempt);
    house.opener().open(pool.loginRequest(parameters), lane.loop(), attempt);
  }

  /** What becomes of one connection being opened. */
  private final class Opening implements LoginOutcome {
    private final @Nullable Waiter onlyUser;
    private final @Nullable EpochPass openedUnder = pass; // taken before the address
    private final long sinceNanos = System.nanoTime();

    Opening(@Nullable Waiter onlyUser) {
      this.onlyUser = onlyUser;
    }

    @Override
    public void loggedIn(Channel channel, ServerIdentity identity) {
      if (onlyUser == null) {
        opening--;
      }
      pool.onOpened();
      counters.onServerOpened();
      ServerConnection server =
          new ServerConnection(
              identity, house.opener(), PoolShard.this, openedUnder, System.nanoTime());
      server.setId(house.nextConnectionId());
      if (isStale(sinceNanos)) {
        server.retire(staleReason);
      }
      servers.add(server);
      server.attach(channel);
      if (closed) {
        server.close("shutting down");
        return;
      }
      LOG.info(
          "{} new connection to server (from {}), server process {}",
          server,
          channel.localAddress() instanceof InetSocketAddress from
              ? from.getAddress().getHostAddress() + ":" + from.getPort()
              : "unix",
          identity.processId());
      if (onlyUser != null) {
        server.setIdle();
        if (!dedicated.remove(this)) {
          server.close("its client left meanwhile");
          return;
        }
        server.retire("replication connection released");
        onlyUser.onCheckout(server);
        return;
      }
      EpochPass under = openedUnder;
      if (under == null) {
        begin(server);
      } else {
        server.verify(
            under.gate().systemIdentifier(),
            () -> begin(server),
            trouble -> onOtherServer(server, trouble));
      }
    }

    private void begin(ServerConnection server) {
      pool.welcomes().onServerLogin(server.identity().parameters());
      server.start(pool.database().connectQuery().orElse(""));
    }

    private void onOtherServer(ServerConnection server, String trouble) {
      LOG.warn("{}: {}, which should be the primary, {}", pool, server.identity(), trouble);
      pool.onOpenFailed(
          ErrorFields.fatal(
              SqlState.CONNECTION_FAILURE, "the server that should be the primary " + trouble),
          System.nanoTime());
    }

    @Override
    public void failed(ErrorFields error, boolean refused) {
      pool.giveSlotBack();
      counters.onServerFailed();
      LOG.warn("{}: server login failed: {} ({})", pool, error.message(), error.sqlState());
      if (onlyUser != null) {
        // The fault may lie in what this client asked for: it says nothing about the others.
        if (dedicated.remove(this)) {
          onlyUser.onRefused(error);
        }
        return;
      }
      opening--;
      pool.onOpenFailed(error, System.nanoTime());
      if (pass == null || (refused && !error.sqlState().startsWith("57P"))) {
        refuseLogins(error);
      }
    }
  }

  /** Tells everybody who waits for a first connection that there will be none. */
  private void refuseLogins(ErrorFields error) {
    if (isOfReplica()) {
      refuseWaiters(error); // others can do what this replica would have done
      return;
    }
    if (!servers.isEmpty()) {
      return;
    }
    for (Place place : waiters.takeLogins()) {
      place.waiter().onRefused(error);
    }
  }

  // ---- lending between loops ----

  private void askSiblings() {
    if (pool.shards().size() == 1 || hold != Hold.NONE || !pool.setHungry(this)) {
      return;
    }
    for (PoolShard sibling : pool.shards()) {
      if (sibling != this && sibling.idleCount > 0) {
        sibling.lane.loop().execute(sibling::lendIdle);
        return;
      }
    }
  }

  private void lendIdle() {
    PoolShard hungry = pool.hungrySibling(this);
    if (hungry != null && !idle.isEmpty()) {
      ServerConnection coldest = idle.removeLast();
      idleCount = idle.size();
      move(coldest, hungry);
    }
  }

  private void move(ServerConnection server, PoolShard to) {
    servers.remove(server);
    server.depart(to);
    LaneMove.move(
        server.channel(),
        to.lane,
        () -> to.adopt(server),
        () ->
            to.lane.loop().execute(() -> server.close("could not be moved to another event loop")));
  }

  private void adopt(ServerConnection server) {
    if (!server.arrive()) {
      return;
    }
    servers.add(server);
    if (closed) {
      server.close("its pool was closed meanwhile");
      return;
    }
    server.channel().config().setAutoRead(true);
    onFree(server);
    if (!waiters.isEmpty()) {
      askAgain();
    }
  }

  // ---- upkeep ----

  void onTick(long now) {
    if (pool.clientCount() == 0 && this == pool.shards().getFirst()) {
      forgetIfUnused(now);
    } else {
      unusedSinceNanos = now;
    }
    Listener listener = ownListener();
    if (listener != null) {
      listener.onTick(now);
    }
    publishOccupancy();
    if (!waiters.isEmpty()) {
      checkWaiters(System.nanoTime());
      serveWaiters();
      if (!waiters.isEmpty() && opening == 0) {
        askAgain();
      }
    }
    for (int i = servers.size() - 1; i >= 0; i--) {
      servers.get(i).onTick(now, serverConfig.connectTimeout());
    }
    if (!idle.isEmpty()) {
      closeSurplus(now);
    }
    if (pool.serverCount() < settings.minPoolSize() && this == pool.shards().getFirst()) {
      openForMinimum();
    }
  }

  /** What listens for the whole pool, if it lives here. */
  private @Nullable Listener ownListener() {
    Listener listener = pool.listenerIfAny();
    return listener != null && listener.livesOn(lane.loop()) ? listener : null;
  }

  private void forgetIfUnused(long now) {
    Duration patience = house.forgetAfter(pool);
    if (patience.isPositive() && now - unusedSinceNanos > patience.toNanos()) {
      for (PoolShard shard : pool.shards()) {
        shard.lane.loop().execute(() -> shard.closeIdle("database unused"));
      }
      house.forget(pool);
    }
  }

  void closeIdle(String reason) {
    for (ServerConnection server : idle.copy()) {
      server.close(reason);
    }
  }

  /** What was idle elsewhere may have changed since we asked. */
  private void askAgain() {
    pool.setFed(this);
    askSiblings();
  }

  private void openForMinimum() {
    Pool.Failure failure = pool.failure();
    boolean wanted = pool.clientCount() > 0 || pool.database().user().isPresent();
    if (wanted
        && hold == Hold.NONE
        && pool.isLocated()
        && opening == 0
        && (failure == null || !isRecent(failure))
        && pool.takeSlot(false) == Pool.Slot.TAKEN) {
      open();
    }
  }

  private void checkWaiters(long now) {
    for (Waiter waiter : waiters.toBeNotified(now, house.waitNotify())) {
      waiter.onLongWait(occupancy(0));
    }
    List<Place> expired = waiters.takeExpired(now);
    if (!expired.isEmpty()) {
      String occupancy = occupancy(expired.size());
      for (Place place : expired) {
        place.waiter().onRefused(waitedTooLong(place, now, occupancy));
      }
    }
  }

  private ErrorFields waitedTooLong(Place place, long now, String occupancy) {
    Pool.Failure failure = pool.failure();
    ErrorFields error =
        ErrorFields.fatal(SqlState.TOO_MANY_CONNECTIONS, "query_wait_timeout")
            .withDetail(
                "No server connection became free within %.1fs: %s."
                    .formatted((now - place.sinceNanos()) / 1e9, occupancy));
    return failure == null
        ? error.withHint("Look for sessions idle in transaction before raising the pool size.")
        : error.withHint("The server could not be reached: " + failure.error().message());
  }

  /**
   * How the whole pool stands; what other loops say of their part is a tick old at most.
   *
   * @param leaving how many have just been taken out of the queue, to be told this
   */
  private String occupancy(int leaving) {
    Occupancy all = Occupancy.of(waiters.size() + leaving, servers);
    int unused = 0;
    for (PoolShard shard : pool.shards()) {
      unused += shard.idleCount;
      if (shard != this) {
        all = all.plus(shard.occupancy);
      }
    }
    return all.text(
        pool.key(), pool.serverCount() - unused, settings.poolSize(), System.nanoTime());
  }

  private void publishOccupancy() {
    if (!waiters.isEmpty() || pool.isAwaited()) {
      occupancy = Occupancy.of(waiters.size(), servers);
    } else {
      occupancy = Occupancy.NONE;
    }
  }

  /** A hint for any thread: whether somebody waited here at the last tick. */
  boolean isAwaited() {
    return occupancy.waiting() > 0;
  }

  private void closeSurplus(long now) {
    for (ServerConnection server : idle.copy()) {
      if (freshness.isTooOld(server, now)) {
        server.close("server lifetime over");
      } else if (addressIsGone(server)) {
        server.close("the host's address changed");
      } else if (freshness.isSurplus(server, now) && pool.serverCount() > settings.minPoolSize()) {
        server.close("server idle timeout");
      } else if (pool.isOverfull()) {
        server.close("too many servers in the pool");
      }
    }
  }

  private boolean addressIsGone(ServerConnection server) {
    return !house.opener().isCurrent(server.identity());
  }

  /** Closes one idle connection so that another pool gets its slot. */
  void evictOne() {
    ServerConnection last = idle.peekLast();
    if (last != null) {
      last.close("evicted for another pool");
    }
  }

  // ---- an operator's orders ----

  /** Whether an operator holds this database back. */
  public boolean isHeld() {
    return hold != Hold.NONE;
  }

  /** Acts on what {@link Pools#gates} says of this database. */
  void applyHold() {
    hold = house.gates().holdOf(pool.key().database());
    if (hold == Hold.PAUSED) {
      closeIdle("paused");
    }
    holdListener();
    serveWaiters();
  }

  private void holdListener() {
    Listener listener = ownListener();
    if (listener != null) {
      listener.hold(hold == Hold.PAUSED || !pool.isLocated());
    }
  }

  private void serveWaiters() {
    ServerConnection server = takeIdleForFirst();
    while (server != null) {
      Place next = waiters.poll();
      if (next == null) {
        keep(server);
        return;
      }
      hand(next, server);
      server = takeIdleForFirst();
    }
    openForWaiters();
  }

  private @Nullable ServerConnection takeIdleForFirst() {
    Place first = waiters.first();
    return first == null ? null : takeIdle(first.waiter().settings());
  }

  /**
   * Goes by new terms.
   *
   * @param elsewhere whether they lead to another place than before, so that connections are
   *     replaced as they come back
   */
  void adopt(PoolTerms terms, boolean elsewhere) {
    settings = terms.settings();
    serverConfig = terms.servers();
    freshness = new Freshness(settings, serverConfig);
    boolean otherEpoch = !Objects.equals(pass, terms.pass());
    pass = terms.pass();
    if (elsewhere) {
      replaceServers(otherEpoch ? EPOCH_OVER : "database configuration changed");
    }
    holdListener();
    openForWaiters();
  }

  // ---- a primary that others may replace ----

  /** Whether transactions may begin here; if not, who waits is served as soon as they may. */
  private boolean mayServe() {
    EpochPass under = pass;
    if (under == null || under.admitsTransactions()) {
      return true;
    }
    if (!gateWatched) {
      gateWatched = true;
      lane.loop().schedule(this::lookAtGate, GATE_LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    return false;
  }

  private void lookAtGate() {
    gateWatched = false;
    if (!closed && !waiters.isEmpty()) {
      serveWaiters();
    }
  }

  /** Closes every connection of another epoch than the present one, whatever it does. */
  public void cut() {
    for (ServerConnection server : List.copyOf(servers)) {
      if (server.pass() != null && !Objects.equals(server.pass(), pass)) {
        server.cut(EPOCH_OVER);
      }
    }
  }

  /** How many connections to a primary that others may replace are in the middle of something. */
  public int unfinished() {
    int count = 0;
    for (ServerConnection server : servers) {
      if (server.pass() != null && (server.status() != 'I' || server.isOwingClient())) {
        count++;
      }
    }
    return count;
  }

  // ---- replacing connections ----

  /** Serves nobody any more: whoever is here or comes is told why. Once its pool is out of use. */
  void dismiss(ErrorFields error) {
    dismissal = error;
    refuseWaiters(error);
    closeAll(error.message());
    lane.remove(this);
  }

  private void onFreeUnwanted(ServerConnection server) {
    if (isStale(server.openedAtNanos())) {
      server.close(staleReason);
    } else if (hold == Hold.PAUSED) {
      server.close("paused");
    } else {
      keep(server);
    }
  }

  private boolean isStale(long openedAtNanos) {
    return openedAtNanos - staleBeforeNanos < 0;
  }

  /** Closes every connection opened before now: idle ones at once, others when they come back. */
  public void reconnect() {
    replaceServers(RECONNECT);
  }

  private void replaceServers(String reason) {
    staleReason = reason;
    staleBeforeNanos = System.nanoTime();
    reconnectListener(reason);
    closeIdle(reason);
    for (ServerConnection server : servers) {
      server.retire(reason);
    }
  }

  private void reconnectListener(String reason) {
    Listener listener = ownListener();
    if (listener != null) {
      listener.reconnect(reason);
    }
  }

  /** Tells everybody in the queue that waiting is in vain. */
  public void refuseWaiters(ErrorFields error) {
    for (Place place : waiters.takeAll()) {
      place.waiter().onRefused(error);
    }
  }

  /** Closes every connection, whatever it does, and opens no more. */
  public void closeAll(String reason) {
    closed = true;
    Listener listener = ownListener();
    if (listener != null) {
      listener.hold(true);
    }
    closeServers(reason);
  }

  /** Closes every connection, whatever it does. */
  public void closeServers(String reason) {
    reconnectListener(reason);
    for (ServerConnection server : List.copyOf(servers)) {
      server.close(reason);
    }
  }

  @Override
  public String toString() {
    return pool + " on lane " + lane.index();
  }
}
