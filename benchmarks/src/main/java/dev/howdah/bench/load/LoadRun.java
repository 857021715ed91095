package dev.howdah.bench.load;

import dev.howdah.pooler.config.TlsConfig;
import dev.howdah.pooler.config.TlsMaterial;
import dev.howdah.pooler.config.TlsMode;
import dev.howdah.pooler.listen.Transport;
import dev.howdah.pooler.tls.ServerTls;
import dev.howdah.pooler.tls.TlsCounters;
import dev.howdah.wire.auth.ScramClientExchange.Challenge;
import dev.howdah.wire.auth.ScramKeys;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One run of the load generator: log in, warm up, measure, log out. {@link #measure} is called on
 * another thread; everything else belongs to the event loop.
 */
final class LoadRun {
  private static final int LOGINS_AT_ONCE = 64;
  private static final int LOGIN_SECONDS_MAX = 60;
  private static final int LOGOUT_SECONDS_MAX = 10;
  private static final int RETRY_MILLIS = 10;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 << 10, 512 << 10);
  private static final TlsConfig TLS = // TLS 1.3 only, so that both poolers do the same
      new TlsConfig(
          TlsMode.REQUIRE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of("TLSv1.3"),
          List.of(),
          TlsMaterial.NONE,
          false);

  final LoadOptions options;
  final Requests requests;
  final long intervalNanos; // between two transactions of one paced client
  long bytes;

  private final EventLoop loop;
  private final Transport transport;
  private final SocketAddress address;
  private final Map<Challenge, ScramKeys> scramKeys;
  private final @Nullable ServerTls tls; // towards us the pooler is the server
  private final TlsCounters.Handshakes handshakes = new TlsCounters.Handshakes();
  private final Latencies latencies = new Latencies();
  private final Set<LoadClient> clients = new HashSet<>();
  private final CountDownLatch settled = new CountDownLatch(1); // all have logged in, or failed
  private final CountDownLatch gone = new CountDownLatch(1);

  private int launched;
  private int pending; // launched, and neither logged in nor failed
  private boolean stopping;
  private long errors;
  private String firstError = "";

  /**
   * A run that has not begun.
   *
   * @param scramKeys of earlier runs, and for later ones: deriving them must not be measured
   * @throws IOException if there is no library for TLS
   */
  LoadRun(
      LoadOptions options, EventLoop loop, Transport transport, Map<Challenge, ScramKeys> scramKeys)
      throws IOException {
    this.options = options;
    this.loop = loop;
    this.transport = transport;
    this.scramKeys = scramKeys;
    this.requests = new Requests(options);
    this.tls = options.tls ? ServerTls.of(TLS) : null;
    this.intervalNanos = options.rate > 0 ? (long) (options.active * 1e9 / options.rate) : 0;
    this.address =
        options.socketDirectory == null
            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port)
            : transport.unixAddress(
                options.socketDirectory.resolve(".s.PGSQL." + options.port).toString());
  }

  /** The whole run; takes its seconds and some more for logging in and out. */
  LoadResult measure() throws InterruptedException, ExecutionException, TimeoutException {
    ProcessUsage usage = ProcessUsage.of(options.pid);
    loop.execute(this::launch);
    if (options.mode != LoadMode.CONNECT && !settled.await(LOGIN_SECONDS_MAX, TimeUnit.SECONDS)) {
      onLoop(() -> failed("not all clients could log in within " + LOGIN_SECONDS_MAX + " s"));
    }
    loop.execute(this::begin);
    Thread.sleep((long) (options.warmUp * 1000));
    Window start = onLoop(() -> open(usage));
    Thread.sleep((long) (options.seconds * 1000));
    LoadResult result = onLoop(() -> close(start, usage));
    loop.execute(this::stop);
    if (!gone.await(LOGOUT_SECONDS_MAX, TimeUnit.SECONDS)) {
      loop.execute(() -> List.copyOf(clients).forEach(LoadClient::abort));
      closeTls();
      return result.withError("some clients did not end within " + LOGOUT_SECONDS_MAX + " s");
    }
    closeTls();
    return result;
  }

  private void closeTls() {
    if (tls != null) {
      tls.close();
    }
  }

  private record Window(long nanos, long cpuMicros) {}

  private Window open(ProcessUsage usage) {
    latencies.clear();
    bytes = 0;
    return new Window(System.nanoTime(), usage.cpuMicros());
  }

  private LoadResult close(Window start, ProcessUsage usage) {
    return new LoadResult(
        latencies.count(),
        (System.nanoTime() - start.nanos) / 1e9,
        latencies.micros(0.5),
        latencies.micros(0.99),
        usage.cpuMicros() - start.cpuMicros,
        usage.rssKb(),
        bytes,
        errors,
        firstError);
  }

  private <T> T onLoop(Callable<T> task)
      throws InterruptedException, ExecutionException, TimeoutException {
    return loop.submit(task).get(10, TimeUnit.SECONDS);
  }

  private void onLoop(Runnable task)
      throws InterruptedException, ExecutionException, TimeoutException {
    loop.submit(task).get(10, TimeUnit.SECONDS);
  }

  private void launch() {
    int all = options.active + options.idle;
    while (launched < all && pending < LOGINS_AT_ONCE) {
      boolean active = launched >= options.idle;
      launched++;
      pending++;
      connect(active);
    }
    if (pending == 0) {
      settled.countDown();
    }
  }

  private void connect(boolean active) {
    boolean unixSocket = options.socketDirectory != null;
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(transport.channel(unixSocket))
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls != null) {
                      channel
                          .pipeline()
                          .addLast(tls.newRequest("127.0.0.1", options.port, handshakes));
                    }
                    channel.pipeline().addLast(new LoadClient(LoadRun.this, active));
                  }
                });
    if (!unixSocket) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true);
    }
    bootstrap
        .connect(address)
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            failed(String.valueOf(connected.cause()));
            loginFailed(active);
          }
        });
  }

  private void begin() {
    int turn = 0;
    for (LoadClient client : List.copyOf(clients)) {
      client.begin(options.rate > 0 ? (long) (turn++ * 1e9 / options.rate) : 0);
    }
  }

  private void stop() {
    stopping = true;
    List.copyOf(clients).forEach(LoadClient::stop); // a copy, since those that fail leave the set
    if (clients.isEmpty()) {
      gone.countDown();
    }
  }

  boolean isStopping() {
    return stopping;
  }

  /** The keys for this challenge; PBKDF2 runs only at its first sight, before the measuring. */
  ScramKeys scramKeys(Challenge challenge) {
    return scramKeys.computeIfAbsent(challenge, c -> c.derive(options.password));
  }

  void opened(LoadClient client) {
    clients.add(client);
  }

  void loggedIn() {
    settle();
  }

  void completed(long startNanos) {
    latencies.record(System.nanoTime() - startNanos);
  }

  void failed(String reason) {
    errors++;
    if (firstError.isEmpty()) {
      firstError = reason;
    }
  }

  void closed(LoadClient client, boolean active, boolean hadLoggedIn) {
    clients.remove(client);
    if (hadLoggedIn && options.mode == LoadMode.CONNECT && !stopping) {
      connect(active);
    } else if (!hadLoggedIn) {
      loginFailed(active);
    }
    if (stopping && clients.isEmpty()) {
      gone.countDown();
    }
  }

  private void loginFailed(boolean active) {
    if (options.mode != LoadMode.CONNECT) {
      settle();
    } else if (!stopping) {
      loop.schedule(() -> connect(active), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void settle() {
    pending--;
    launch();
  }
}
