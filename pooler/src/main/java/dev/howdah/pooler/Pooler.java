package dev.howdah.pooler;

import dev.howdah.pooler.admin.Console;
import dev.howdah.pooler.admin.PoolerControl;
import dev.howdah.pooler.admin.SignalOrders;
import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.client.UserSecrets;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.config.IoTransport;
import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.RoutingConfig;
import dev.howdah.pooler.config.TopologyKind;
import dev.howdah.pooler.epoch.EpochGate;
import dev.howdah.pooler.http.ClusterFacts;
import dev.howdah.pooler.listen.ClientListener;
import dev.howdah.pooler.listen.PassedSocket;
import dev.howdah.pooler.listen.Transport;
import dev.howdah.pooler.live.FileWatch;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.live.Reloader;
import dev.howdah.pooler.live.Snapshot;
import dev.howdah.pooler.peer.Peers;
import dev.howdah.pooler.peer.SocketDialer;
import dev.howdah.pooler.pool.EpochFollower;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.LaneSurvey;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolCounters;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.route.Router;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.pooler.routing.ProbingTopology;
import dev.howdah.pooler.routing.StaticTopology;
import dev.howdah.pooler.server.HostResolver;
import dev.howdah.pooler.server.ServerConnector;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.tls.TlsCounters;
import dev.howdah.topology.TopologySource;
import dev.howdah.wire.auth.StoredSecret;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running pooler: listeners, event loops and pools. Start it with {@link #start}, stop it with
 * {@link #close}; any thread but an event loop.
 */
public final class Pooler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pooler.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final LiveConfig live;
  private final Reloader reloader;
  private final FileWatch fileWatch;
  private final EventLoopGroup loops;
  private final ExecutorService workers;
  private final Pools pools;
  private final Peers peers;
  private final ClientHouse house;
  private final ClientListener listener;
  private final StatsLog statsLog;
  private final Console console;
  private final LaneSurvey survey;
  private final @Nullable NodeTopology topology; // null without [nodes]
  private @Nullable EpochFollower follower; // null where nobody decides about the nodes
  private final @Nullable OperatorPort operatorPort; // null without [http]
  private volatile Consumer<PoolerConfig> onChange = _ -> {};
  private volatile ClusterFacts clusterFacts = ClusterFacts.NONE;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> stopBegun = new CompletableFuture<>();
  private final CompletableFuture<Void> stopWanted = new CompletableFuture<>();

  private Pooler(
      LoadedConfig loaded,
      boolean replacing,
      List<PassedSocket> passed,
      @Nullable TopologySource epochs)
      throws IOException {
    PoolerConfig config = loaded.config();
    this.live = new LiveConfig(Snapshot.first(loaded));
    this.reloader = new Reloader(live, loaded, this::follow);
    this.fileWatch = new FileWatch(live, reloader);
    int wanted = config.process().eventLoops();
    int count = wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
    Transport transport = choose(config.process().transport(), count);
    this.loops = transport.newGroup(count);
    this.workers = Executors.newVirtualThreadPerTaskExecutor();
    List<Lane> lanes = lanes(loops);
    SecureRandom random = new SecureRandom();
    var resolver = new HostResolver(workers, () -> live.config().dns(), System::nanoTime);
    var handshakes = new TlsCounters();
    var connector = new ServerConnector(transport, live, resolver, handshakes.withServers());
    var secrets = new UserSecrets(live, workers, random);
    this.pools =
        new Pools(live, lanes, connector, (database, user) -> credentials(database, user, secrets));
    this.survey = new LaneSurvey(lanes);
    this.topology = topology(config.routing(), connector, secrets, lanes, epochs);
    this.peers =
        new Peers(
            config.peering(),
            new SocketDialer(transport, live, resolver),
            () -> live.config().timeouts().cancelWait());
    this.house =
        new ClientHouse(
            live, new Router(live, pools), pools, secrets, random, workers, peers, handshakes);
    this.listener =
        new ClientListener(config.listen(), transport, loops, lanes, replacing, passed, house);
    this.console = new Console(house, resolver, new Control(), version());
    this.operatorPort = open(config.http());
    console.open();
    this.statsLog = new StatsLog(this, live);
    KernelLimits.log(config, loaded.users().secrets().size());
    LOG.info(
        "process up: Howdah {}, Java {} ({}, {} event loops), tls: clients {}, servers {}",
        version(),
        Runtime.version().feature(),
        transport.name().toLowerCase(Locale.ROOT),
        lanes.size(),
        config.clientTls().mode().word(),
        config.serverTls().mode().word());
  }

  private ServerCredentials credentials(
      DatabaseConfig database, String serverUser, UserSecrets secrets) {
    StoredSecret secret =
        database.password().map(StoredSecret::parse).orElseGet(() -> secrets.find(serverUser));
    return new ServerCredentials(serverUser, secret, workers);
  }

  /** Watches the nodes, if there are any. */
  private @Nullable NodeTopology topology(
      RoutingConfig routing,
      ServerConnector connector,
      UserSecrets secrets,
      List<Lane> lanes,
      @Nullable TopologySource epochs) {
    if (!routing.isOn()) {
      return null;
    }
    NodeTopology source;
    EpochGate gate = null;
    if (epochs == null && routing.probing().kind() == TopologyKind.STATIC) {
      source = new StaticTopology(routing.nodes());
    } else {
      String user = routing.probing().user();
      StoredSecret secret =
          routing.probing().password().map(StoredSecret::parse).orElseGet(() -> secrets.find(user));
      var probing =
          new ProbingTopology(
              () -> live.config().routing(),
              new ServerCredentials(user, secret, workers),
              connector,
              lanes.getFirst().loop(),
              epochs != null);
      source = probing;
      if (epochs != null) {
        gate = new EpochGate(epochs);
        follower = new EpochFollower(gate, probing, pools, survey, workers);
      }
    }
    pools.routeBy(source, gate);
    source.start(() -> workers.execute(pools::relocate));
    return source;
  }

  /**
   * Starts a pooler; when this returns, clients can connect.
   *
   * @throws IOException if an address cannot be bound, or TLS cannot be set up
   */
  public static Pooler start(LoadedConfig loaded) throws IOException {
    return start(loaded, List.of());
  }

  /**
   * The same with sockets on which the service manager listens for us; if there are any, nothing
   * else is listened on.
   *
   * @throws IOException also if a socket cannot be used
   */
  public static Pooler start(LoadedConfig loaded, List<PassedSocket> passed) throws IOException {
    return start(loaded, passed, null);
  }

  /**
   * The same for a cluster whose primary is chosen by controllers. Databases of the cluster are
   * held until the first topology has come.
   *
   * @param epochs followed from now on; null where nobody chooses
   * @throws IOException also if a socket cannot be used
   */
  public static Pooler start(
      LoadedConfig loaded, List<PassedSocket> passed, @Nullable TopologySource epochs)
      throws IOException {
    return start(loaded, false, passed, epochs);
  }

  private static Pooler start(
      LoadedConfig loaded,
      boolean replacing,
      List<PassedSocket> passed,
      @Nullable TopologySource epochs)
      throws IOException {
    Pooler pooler = new Pooler(loaded, replacing, passed, epochs);
    EpochFollower follower = pooler.follower;
    if (epochs != null && follower != null) {
      epochs.follow(follower);
    }
    pooler.statsLog.start();
    pooler.fileWatch.start();
    return pooler;
  }

  /**
   * Starts a pooler in the place of the one that runs with the same configuration, see {@link
   * OnlineRestart}; as {@link #start} when none runs.
   *
   * @param epochs as for {@link #start(LoadedConfig, List, TopologySource)}
   * @throws IOException also if the other one cannot be replaced
   */
  public static Pooler takeOver(LoadedConfig loaded, @Nullable TopologySource epochs)
      throws IOException {
    Optional<OnlineRestart> old = OnlineRestart.begin(loaded.config());
    if (old.isEmpty()) {
      return start(loaded, List.of(), epochs);
    }
    try (OnlineRestart restart = old.get()) {
      Pooler pooler = start(loaded, true, List.of(), epochs);
      try {
        restart.finish();
      } catch (IOException e) {
        pooler.close();
        throw e;
      }
      return pooler;
    }
  }

  // ---- reload ----

  /**
   * Reads the configuration again and puts it in force, as a whole or not at all. What it finds is
   * logged as well. Blocking.
   *
   * @param occasion for the log: what made us do it
   * @return warnings, one sentence each
   * @throws ConfigException naming every problem; nothing has changed then
   */
  public List<String> reload(String occasion) throws ConfigException {
    return reloader.reload(occasion);
  }

  /**
   * Has {@code action} run after every change of the configuration, on the thread that made it;
   * once.
   */
  public void onChange(Consumer<PoolerConfig> action) {
    onChange = action;
  }

  /** Has the HTTP port tell what is known about the cluster; without it, it tells of none. */
  public void tellOfCluster(ClusterFacts facts) {
    clusterFacts = facts;
  }

  /** Has the HTTP port show these metrics as well; does nothing without {@code [http]}. */
  public void measure(MeterBinder binder) {
    if (operatorPort != null) {
      operatorPort.measure(binder);
    }
  }

  private void follow(Snapshot before, Snapshot after) {
    List<Pool> dismissed = pools.follow();
    house.showOut(dismissed);
    pools.empty(dismissed);
    peers.replace(after.config().peering().peers().values());
    onChange.accept(after.config());
    // No task of an event loop that began before the change may still want the old encryption.
    survey
        .tell(_ -> {})
        .whenComplete((_, failure) -> {
          if (failure == null) {
            before.release(after);
          } else {
            LOG.warn("an event loop is busy, so replaced TLS keys stay in memory");
          }
        });
  }

  /** Opens the port of {@code [http]}, if there is one, and then the doors for clients. */
  private @Nullable OperatorPort open(Optional<HttpConfig> http) throws IOException {
    OperatorPort opened = null;
    try {
      if (http.isPresent()) {
        HttpConfig first = http.get();
        opened =
            new OperatorPort(
                () -> live.config().http().orElse(first),
                console.desk(),
                house,
                survey,
                listener,
                () -> clusterFacts);
      }
      listener.open();
      return opened;
    } catch (IOException | RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      stopThreads();
      throw e;
    }
  }

  /** What the console may do to us. */
  private final class Control implements PoolerControl {

    @Override
    public void stopAccepting() {
      house.startClosing(); // /readyz is red from here on, before anything ends
      tell(stopBegun);
      workers.execute(listener::closeTcp); // it waits for the listeners' event loops
    }

    @Override
    public List<Channel> listening() {
      return listener.channels();
    }

    @Override
    public void stop() {
      house.startClosing();
      tell(stopBegun);
      tell(stopWanted);
    }

    private void tell(CompletableFuture<Void> whoWaits) {
      if (!closed.get()) { // else the workers have gone home, and who waits for us knows
        whoWaits.completeAsync(() -> null, workers);
      }
    }

    @Override
    public CompletionStage<List<String>> reload() {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return reloader.reload("RELOAD on the console");
            } catch (ConfigException e) {
              throw new CompletionException(e);
            }
          },
          workers);
    }

    @Override
    public CompletionStage<Void> set(String key, String value) {
      return CompletableFuture.runAsync(
          () -> {
            try {
              reloader.set(key, value);
            } catch (ConfigException e) {
              throw new CompletionException(e);
            }
          },
          workers);
    }
  }

  /** The version for the console; without a jar it is not known. */
  private static String version() {
    return Objects.requireNonNullElse(Pooler.class.getPackage().getImplementationVersion(), "0");
  }

  /**
   * The transport for this many event loops. A channel does not survive the move from one io_uring
   * event loop to another, which sharing server connections needs, so io_uring is for one loop.
   */
  private static Transport choose(IoTransport wanted, int loops) {
    Transport transport =
        switch (wanted) {
          case AUTO ->
              loops == 1 && Transport.IO_URING.isAvailable() ? Transport.IO_URING : Transport.EPOLL;
          case EPOLL -> Transport.EPOLL;
          case IO_URING -> Transport.IO_URING;
          case NIO -> Transport.NIO;
        };
    if (transport == Transport.IO_URING && loops > 1) {
      LOG.warn("io = io_uring works with event_loops = 1 only, using epoll for {} loops", loops);
      transport = Transport.EPOLL;
    }
    if (!transport.isAvailable()) {
      LOG.warn("io = {} is not available here, using the portable transport", wanted.word());
      return Transport.NIO;
    }
    return transport;
  }

  private static List<Lane> lanes(EventLoopGroup loops) {
    List<Lane> lanes = new ArrayList<>();
    for (EventExecutor executor : loops) {
      Lane lane = new Lane((EventLoop) executor, lanes.size());
      lane.start();
      lanes.add(lane);
    }
    return lanes;
  }

  /**
   * Completes when an operator asked for the end of the process through the console: time to call
   * {@link #close}.
   */
  public CompletionStage<Void> stopWanted() {
    return stopWanted.minimalCompletionStage();
  }

  /** Whether every event loop answers; blocks for some seconds when one does not. */
  public boolean isLive() {
    try {
      return survey.silent(PATIENCE).get().isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the event loops cannot be asked", e);
    }
  }

  /** Completes when a shutdown has begun, by whose order and in whichever way. */
  public CompletionStage<Void> stopBegun() {
    return stopBegun.minimalCompletionStage();
  }

  /** What signals order. */
  public SignalOrders signals() {
    return console.signals();
  }

  /** The TCP port clients connect to. */
  public int port() {
    return listener.port();
  }

  /** The port for metrics and health, as really bound; empty without {@code [http]}. */
  public OptionalInt httpPort() {
    return operatorPort == null ? OptionalInt.empty() : OptionalInt.of(operatorPort.port());
  }

  /** Totals, asked for on every event loop; each loop's part is consistent in itself. */
  public PoolerStats stats() {
    PoolerStats total = new PoolerStats(house.clients().used(), 0, 0, 0, 0, 0, 0, 0, 0);
    for (Pool pool : pools.all()) {
      total = total.plus(new PoolerStats(0, pool.serverCount(), 0, 0, 0, 0, 0, 0, 0));
    }
    for (PoolerStats part : partsByShard()) {
      total = total.plus(part);
    }
    return total;
  }

  private List<PoolerStats> partsByShard() {
    try {
      return survey.ask(lane -> lane.shards().stream().map(Pooler::statsOf).toList()).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an event loop does not answer", e);
    }
  }

  private static PoolerStats statsOf(PoolShard shard) {
    PoolCounters counters = shard.counters();
    return new PoolerStats(
        0,
        0,
        shard.waiting(),
        counters.transactions(),
        counters.queries(),
        counters.receivedBytes(),
        counters.sentBytes(),
        counters.waits(),
        counters.waitedNanos());
  }

  /**
   * Stops listening, tells every client that we shut down, and closes all connections. Does nothing
   * the second time.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    fileWatch.close();
    reloader.close();
    statsLog.close();
    if (topology != null) {
      topology.close();
    }
    house.startClosing();
    listener.close();
    console.close();
    for (Lane lane : pools.lanes()) {
      lane.loop().submit(() -> house.shutDown(lane)).awaitUninterruptibly();
    }
    if (operatorPort != null) {
      operatorPort.close(); // late: it tells that we are shutting down
    }
    stopThreads();
    LOG.info("pooler is down");
  }

  private void stopThreads() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    workers.shutdownNow();
    live.now().release(null);
  }
}
