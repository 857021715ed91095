package dev.howdah.pooler;

import dev.howdah.pooler.admin.Console;
import dev.howdah.pooler.admin.PoolerControl;
import dev.howdah.pooler.admin.SignalOrders;
import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.client.UserSecrets;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.config.IoTransport;
import dev.howdah.pooler.config.LoadedUsers;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.SocketConfig;
import dev.howdah.pooler.config.UserList;
import dev.howdah.pooler.listen.ClientListener;
import dev.howdah.pooler.listen.SocketOptions;
import dev.howdah.pooler.listen.Transport;
import dev.howdah.pooler.peer.Peers;
import dev.howdah.pooler.peer.SocketDialer;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.LaneSurvey;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolCounters;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.route.Router;
import dev.howdah.pooler.server.HostResolver;
import dev.howdah.pooler.server.ServerConnector;
import dev.howdah.pooler.tls.ClientTls;
import dev.howdah.pooler.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private static final int READ_BYTES_MAX = 1 << 16; // adapts below; an idle connection owns none

  private final @Nullable ClientTls clientTls;
  private final @Nullable ServerTls serverTls;
  private final EventLoopGroup loops;
  private final ExecutorService workers;
  private final Pools pools;
  private final ClientHouse house;
  private final ClientListener listener;
  private final StatsLog statsLog;
  private final Console console;
  private final LaneSurvey survey;
  private final @Nullable OperatorPort operatorPort; // null without [http]
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> stopBegun = new CompletableFuture<>();
  private final CompletableFuture<Void> stopWanted = new CompletableFuture<>();

  private Pooler(PoolerConfig config, UserList users, boolean replacing) throws IOException {
    this.clientTls = ClientTls.of(config.clientTls(), config.timeouts().clientLogin());
    try {
      this.serverTls = ServerTls.of(config.serverTls());
    } catch (IOException e) {
      release(clientTls);
      throw e;
    }
    int wanted = config.process().eventLoops();
    int count = wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
    Transport transport = choose(config.process().transport(), count);
    this.loops = transport.newGroup(count);
    this.workers = Executors.newVirtualThreadPerTaskExecutor();
    SocketOptions socketOptions = socketOptions(transport, config.sockets());
    List<Lane> lanes = lanes(loops);
    SecureRandom random = new SecureRandom();
    var resolver =
        new HostResolver(
            workers, config.dns().maxTtl(), config.dns().failureTtl(), System::nanoTime);
    var connector =
        new ServerConnector(
            transport, socketOptions, resolver, config.timeouts().cancelWait(), serverTls);
    this.pools = new Pools(config, lanes, connector);
    this.survey = new LaneSurvey(lanes);
    var secrets = new UserSecrets(users, config.auth().scramIterations(), workers, random);
    var router = new Router(config, pools, secrets::find, workers);
    var peers =
        new Peers(
            config.peering(),
            new SocketDialer(transport, socketOptions, resolver),
            config.timeouts().cancelWait());
    this.house = new ClientHouse(config, router, pools, secrets, random, workers, clientTls, peers);
    this.listener =
        new ClientListener(
            config.listen(), transport, loops, socketOptions, lanes, replacing, house);
    this.operatorPort = open(config.http());
    this.console = new Console(house, resolver, new Control(), version());
    console.open();
    this.statsLog = new StatsLog(this, config.log().statsPeriod());
    KernelLimits.log(config, users.secrets().size());
    LOG.info(
        "process up: Howdah {}, Java {} ({}, {} event loops), tls: clients {}, servers {}",
        version(),
        Runtime.version().feature(),
        transport.name().toLowerCase(Locale.ROOT),
        lanes.size(),
        config.clientTls().mode().word(),
        config.serverTls().mode().word());
  }

  /**
   * Starts a pooler; when this returns, clients can connect.
   *
   * @throws ConfigException if the user list cannot be read
   * @throws IOException if an address cannot be bound, or TLS cannot be set up
   */
  public static Pooler start(PoolerConfig config) throws ConfigException, IOException {
    return start(config, false);
  }

  private static Pooler start(PoolerConfig config, boolean replacing)
      throws ConfigException, IOException {
    UserList users = UserList.EMPTY;
    if (config.auth().file().isPresent()) {
      Path file = config.auth().file().get();
      LoadedUsers loaded = UserList.load(file);
      loaded.warnings().forEach(LOG::warn);
      users = loaded.users();
    }
    Pooler pooler = new Pooler(config, users, replacing);
    if (config.log().stats()) {
      pooler.statsLog.start();
    }
    return pooler;
  }

  /**
   * Starts a pooler in the place of the one that runs with the same configuration, see {@link
   * OnlineRestart}; as {@link #start} when none runs.
   *
   * @throws ConfigException if the user list cannot be read
   * @throws IOException also if the other one cannot be replaced
   */
  public static Pooler takeOver(PoolerConfig config) throws ConfigException, IOException {
    Optional<OnlineRestart> old = OnlineRestart.begin(config);
    if (old.isEmpty()) {
      return start(config);
    }
    try (OnlineRestart restart = old.get()) {
      Pooler pooler = start(config, true);
      try {
        restart.finish();
      } catch (IOException e) {
        pooler.close();
        throw e;
      }
      return pooler;
    }
  }

  /** Opens the port of {@code [http]}, if there is one, and then the doors for clients. */
  private @Nullable OperatorPort open(Optional<HttpConfig> http) throws IOException {
    OperatorPort opened = null;
    try {
      if (http.isPresent()) {
        opened = new OperatorPort(http.get(), house, survey, listener, version());
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

  private static SocketOptions socketOptions(Transport transport, SocketConfig config) {
    return new SocketOptions(
        transport,
        Math.max(config.readBufferBytes(), READ_BYTES_MAX),
        config.socketBufferBytes(),
        config.keepAlive(),
        config.keepIdle(),
        config.keepInterval(),
        config.keepCount(),
        config.userTimeout());
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
    statsLog.close();
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

  private static void release(@Nullable ClientTls tls) {
    if (tls != null) {
      tls.close();
    }
  }

  private static void release(@Nullable ServerTls tls) {
    if (tls != null) {
      tls.close();
    }
  }

  private void stopThreads() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    workers.shutdownNow();
    release(clientTls);
    release(serverTls);
  }
}
