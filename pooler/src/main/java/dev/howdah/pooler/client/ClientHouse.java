package dev.howdah.pooler.client;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.PoolMode;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.SessionState;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.lookup.UserLookUps;
import dev.howdah.pooler.peer.Peers;
import dev.howdah.pooler.pool.ConnectionLimit;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.route.Router;
import dev.howdah.pooler.routing.RelationVeto;
import dev.howdah.pooler.session.AdviceBook;
import dev.howdah.pooler.session.PinCounters;
import dev.howdah.pooler.tls.ClientTls;
import dev.howdah.pooler.tls.TlsCounters;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What all client connections of one pooler share. Safe for all threads. */
public final class ClientHouse {
  /** What a client hears whose connection ends because we do. */
  static final ErrorFields SHUTTING_DOWN =
      ErrorFields.fatal(
          SqlState.ADMIN_SHUTDOWN, "terminating connection: the pooler is shutting down");

  private final LiveConfig live;
  private final Router router;
  private final Pools pools;
  private final UserSecrets secrets;
  private final UserFinder users;
  private final TlsCounters handshakes;
  private final CancelKeys cancelKeys;
  private final CancelDesk cancelDesk;
  private final Peers peers;
  private final SecureRandom random;
  private final Executor workers;
  private final ConnectionLimit clients = new ConnectionLimit();
  private final ClientCounters counters = new ClientCounters();
  private final PinCounters pinCounters = new PinCounters();
  private final AdviceBook advice = new AdviceBook();
  private final ReadCounters reads = new ReadCounters();
  private volatile @Nullable ConsoleDoor console;
  private volatile RelationVeto relationVeto = new RelationVeto(List.of());
  private volatile List<String> vetoedRelations = List.of();
  private volatile boolean closing;
  private volatile boolean draining;

  /**
   * The house of a pooler that has no clients yet.
   *
   * @param peers where cancel requests for clients of other poolers go
   */
  public ClientHouse(
      LiveConfig live,
      Router router,
      Pools pools,
      UserSecrets secrets,
      SecureRandom random,
      Executor workers,
      Peers peers,
      TlsCounters handshakes) {
    this.handshakes = handshakes;
    this.live = live;
    this.router = router;
    this.pools = pools;
    this.secrets = secrets;
    this.random = random;
    this.workers = workers;
    this.peers = peers;
    this.cancelKeys = new CancelKeys(random, peers.ownId());
    this.cancelDesk = new CancelDesk(cancelKeys, peers);
    this.users =
        new UserFinder(this, new UserLookUps(pools, () -> config().timeouts().clientLogin()));
  }

  /** The configuration in force. */
  public PoolerConfig config() {
    return live.config();
  }

  /** What became of TLS handshakes, on both sides. */
  public TlsCounters handshakes() {
    return handshakes;
  }

  Router router() {
    return router;
  }

  /** The pools. */
  public Pools pools() {
    return pools;
  }

  /** Finds users, wherever they are kept. */
  UserFinder users() {
    return users;
  }

  /** The users and their secrets. */
  public UserSecrets secrets() {
    return secrets;
  }

  SecureRandom random() {
    return random;
  }

  /**
   * Encryption towards clients; null for none. Not to be kept over tasks of an event loop: a reload
   * gives the old one back when every loop has ended the task it was in.
   */
  @Nullable ClientTls tls() {
    return live.now().clientTls();
  }

  /** Where what must not run on an event loop may run. */
  Executor workers() {
    return workers;
  }

  /** The keys by which clients cancel what they run. */
  public CancelKeys cancelKeys() {
    return cancelKeys;
  }

  /** Where cancel requests go. */
  public CancelDesk cancelDesk() {
    return cancelDesk;
  }

  /** The poolers that cancel requests are forwarded to. */
  public Peers peers() {
    return peers;
  }

  /** Client connections, those logging in included. */
  public ConnectionLimit clients() {
    return clients;
  }

  /** What became of logins, and the errors given. */
  public ClientCounters counters() {
    return counters;
  }

  /** What clients of session pooling do that transaction pooling would have to know. */
  public AdviceBook advice() {
    return advice;
  }

  boolean advises() {
    return config().pools().sessionAdvice();
  }

  /** How often clients came to keep their server connections. */
  public PinCounters pinCounters() {
    return pinCounters;
  }

  /** What became of transactions that might have run on a replica. */
  public ReadCounters reads() {
    return reads;
  }

  /** A number for a client that no other connection of this process has. */
  public long nextId() {
    return pools.nextConnectionId();
  }

  /** From now on every new client is told that we shut down. */
  public void startClosing() {
    closing = true;
  }

  /** From now on every client is shown out at the end of its transaction. */
  public void startDraining() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  /** Shows out who is between transactions on a lane, on its event loop. */
  public void drain(Lane lane) {
    for (Lane.Resident resident : List.copyOf(lane.residents())) {
      if (resident instanceof ClientSession session) {
        session.leaveIfFree();
      }
    }
  }

  /** Ends every client and closes every server connection of a lane, on its event loop. */
  public void shutDown(Lane lane) {
    for (Lane.Resident resident : List.copyOf(lane.residents())) {
      if (resident instanceof ClientSession session) {
        session.refuse(SHUTTING_DOWN);
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

  /** Shows everybody out whose pool is one of these. Returns before they are gone. */
  public void showOut(List<Pool> dismissed) {
    for (Lane lane : dismissed.isEmpty() ? List.<Lane>of() : pools.lanes()) {
      lane.loop()
          .execute(() -> {
            for (Lane.Resident resident : List.copyOf(lane.residents())) {
              if (resident instanceof ClientSession session
                  && dismissed.contains(session.shard().pool())) {
                session.refuse(Pools.removed());
              }
            }
          });
    }
  }

  /** From now on clients that ask for the console are sent there. */
  public void openConsole(ConsoleDoor door) {
    console = door;
  }

  /** The console, if a client that asks for this database means it. */
  @Nullable ConsoleDoor consoleFor(String database) {
    ConsoleDoor door = console;
    return door != null && door.isConsole(database) ? door : null;
  }

  /** Whether new clients are told that we shut down. */
  public boolean isClosing() {
    return closing;
  }

  int messageBytesMax() {
    return (int) Math.min(Integer.MAX_VALUE - 8, config().protocol().maxPacketBytes());
  }

  boolean linkSessionsAtLogin() {
    return config().pools().linkSessionsAtLogin();
  }

  /** Whether session state follows its client where server connections do not stay with it. */
  SessionState sessionState() {
    return config().pools().sessionState();
  }

  /** How many prepared statements a server connection may have; 0 leaves them alone. */
  int preparedStatementsMax() {
    return config().protocol().maxPreparedStatements();
  }

  /** The relations that are read on the primary only. */
  RelationVeto relationVeto() {
    List<String> wanted = config().routing().primaryOnlyRelations();
    if (!wanted.equals(vetoedRelations)) {
      relationVeto = new RelationVeto(wanted);
      vetoedRelations = wanted;
    }
    return relationVeto;
  }

  /** Whether a BEGIN is answered here, in transaction pooling. */
  boolean holdsBegin() {
    return config().pools().lazyBegin();
  }

  Duration pinIdleTimeout() {
    return config().pools().pinIdleTimeout();
  }

  boolean logsConnections() {
    return config().log().connections();
  }

  boolean logsDisconnections() {
    return config().log().disconnections();
  }

  boolean logsErrors() {
    return config().log().poolerErrors();
  }

  String resetQuery() {
    return config().servers().resetQuery();
  }

  /** Whether the reset query also runs between transactions of different clients. */
  boolean resetsAlways() {
    return config().servers().resetQueryAlways();
  }

  /** What cleans a server connection after a client of this mode; empty for nothing. */
  String resetQueryFor(PoolMode mode) {
    return mode == PoolMode.SESSION || resetsAlways() ? resetQuery() : "";
  }

  /**
   * Counts an authenticated client of a database and user in.
   *
   * @param proof of who it is; the servers of its pool may want to see a part of it
   * @return the pool that serves it; null when there are too many clients
   */
  @Nullable Pool tryEnter(DatabaseConfig database, String user, Proof proof) {
    if (!takePlace(database, user)) {
      return null;
    }
    Pool pool;
    do {
      pool = poolFor(database, user, proof);
    } while (!pool.tryEnter());
    return pool;
  }

  private Pool poolFor(DatabaseConfig database, String user, Proof proof) {
    boolean lookedUp = proof.user().origin() == KnownUser.Origin.AUTH_QUERY;
    Pool pool = router.pool(database, user);
    if (pool.key().user().equals(user)) {
      if (lookedUp && database.password().isEmpty()) {
        pool.renew(proof.user().secret());
      }
      if (proof.keys() != null) {
        pool.learn(proof.keys());
      }
    }
    return pool;
  }

  private boolean takePlace(DatabaseConfig database, String user) {
    PoolSettings settings = config().settingsFor(database, user);
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
