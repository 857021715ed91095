package dev.howdah.pooler.server;

import dev.howdah.pooler.listen.SocketOptions;
import dev.howdah.pooler.listen.Transport;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.live.Snapshot;
import dev.howdah.pooler.tls.ServerTls;
import dev.howdah.pooler.tls.TlsCounters.Handshakes;
import dev.howdah.topology.Endpoint;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to PostgreSQL: to work on, and to deliver cancel requests. Safe for all
 * threads.
 */
public final class ServerConnector implements ServerOpener {
  private final Transport transport;
  private final LiveConfig live;
  private final HostResolver resolver;
  private final Handshakes handshakes;
  private final AtomicInteger turn = new AtomicInteger(); // rotates over a host's addresses

  /** A connector for one pooler, which counts the handshakes. */
  public ServerConnector(
      Transport transport, LiveConfig live, HostResolver resolver, Handshakes handshakes) {
    this.handshakes = handshakes;
    this.transport = transport;
    this.live = live;
    this.resolver = resolver;
  }

  @Override
  public boolean isCurrent(ServerIdentity server) {
    return resolver.isCurrent(server);
  }

  @Override
  public void open(LoginRequest request, EventLoop loop, LoginOutcome outcome) {
    new Attempt(request, loop, outcome).tryEndpoint(0);
  }

  /** One attempt to get a connection: over the endpoints, then over the first one's addresses. */
  private final class Attempt {
    private final LoginRequest request;
    private final EventLoop loop;
    private final LoginOutcome outcome;
    private final @Nullable Future<?> deadline;
    private Channel channel;
    private boolean over;

    @SuppressWarnings("NullAway.Init") // channel: set before anybody reads it
    Attempt(LoginRequest request, EventLoop loop, LoginOutcome outcome) {
      this.request = request;
      this.loop = loop;
      this.outcome = outcome;
      this.deadline = scheduled(loop, request.timeout(), this::onTimeout);
    }

    void tryEndpoint(int index) {
      Endpoint endpoint = request.endpoints().get(index);
      if (endpoint.isUnixSocket()) {
        connect(index, transport.unixAddress(endpoint.socketPath()));
        return;
      }
      resolver
          .resolve(endpoint.host())
          .whenCompleteAsync(
              (addresses, failure) -> {
                if (addresses == null) {
                  tryNext(index, "its name cannot be resolved");
                } else {
                  connect(index, new InetSocketAddress(pick(addresses), endpoint.port()));
                }
              },
              loop);
    }

    private InetAddress pick(List<InetAddress> addresses) {
      return addresses.get(Math.floorMod(turn.getAndIncrement(), addresses.size()));
    }

    private void connect(int index, SocketAddress address) {
      Endpoint endpoint = request.endpoints().get(index);
      if (over) {
        return;
      }
      Snapshot now = live.now();
      Bootstrap bootstrap =
          new Bootstrap()
              .group(loop)
              .channel(transport.channel(endpoint.isUnixSocket()))
              .handler(
                  encrypted(
                      endpoint,
                      now.serverTls(),
                      new ServerLogin(request, endpoint, new Relayed())));
      SocketOptions.of(transport, now.config().sockets())
          .applyTo(bootstrap, endpoint.isUnixSocket());
      ChannelFuture connecting = bootstrap.connect(address);
      channel = connecting.channel();
      connecting.addListener(done -> {
        if (!done.isSuccess()) {
          // A channel that could not even be made, for want of a descriptor, has no loop.
          loop.execute(() -> tryNext(index, String.valueOf(done.cause().getMessage())));
        }
      });
    }

    private void tryNext(int index, String trouble) {
      if (over) {
        return;
      }
      if (index + 1 < request.endpoints().size()) {
        tryEndpoint(index + 1);
      } else {
        end();
        outcome.failed(unreachable(request.endpoints().get(index), trouble), false);
      }
    }

    private void onTimeout() {
      if (over) {
        return;
      }
      end();
      if (channel != null) {
        channel.close();
      }
      outcome.failed(
          unreachable(request.endpoints().getFirst(), "no login within server_connect_timeout"),
          false);
    }

    private void end() {
      over = true;
      if (deadline != null) {
        deadline.cancel(false);
      }
    }

    /** The login's outcome, unless we gave up before. */
    private final class Relayed implements LoginOutcome {
      @Override
      public void loggedIn(Channel ready, ServerIdentity identity) {
        if (over) {
          ready.close();
          return;
        }
        end();
        outcome.loggedIn(ready, identity);
      }

      @Override
      public void failed(ErrorFields error, boolean refused) {
        if (!over) {
          end();
          outcome.failed(error, refused);
        }
      }
    }
  }

  /** 08006, naming the endpoint and what is wrong with it. */
  static ErrorFields unreachable(Endpoint endpoint, String trouble) {
    return ErrorFields.fatal(
            SqlState.CONNECTION_FAILURE, "cannot connect to server " + endpoint + ": " + trouble)
        .withHint("Is PostgreSQL running there and accepting connections from this machine?");
  }

  /** Puts a request for encryption before a handler, for a server on TCP. Event loop only. */
  private ChannelHandler encrypted(
      Endpoint endpoint, @Nullable ServerTls tls, ChannelHandler handler) {
    if (tls == null || endpoint.isUnixSocket()) {
      return handler;
    }
    ChannelHandler request = tls.newRequest(endpoint.host(), endpoint.port(), handshakes);
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel made) {
        made.pipeline().addLast(request, handler);
      }
    };
  }

  @Override
  public void cancel(ServerIdentity server, EventLoop loop, OnDelivered onDelivered) {
    Snapshot now = live.now();
    ServerTls tls = now.serverTls();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(transport.channel(server.endpoint().isUnixSocket()))
            .handler(
                encrypted(
                    server.endpoint(),
                    tls != null && tls.isRequired() ? tls : null,
                    new CancelDelivery(server)));
    ChannelFuture connecting = bootstrap.connect(server.address());
    Channel channel = connecting.channel();
    var timedOut = new AtomicBoolean();
    Future<?> deadline =
        scheduled(
            loop,
            now.config().timeouts().cancelWait(),
            () -> {
              timedOut.set(true);
              channel.close();
            });
    connecting.addListener(connected -> {
      if (!connected.isSuccess()) {
        loop.execute(() -> delivered(deadline, onDelivered, !timedOut.get()));
        return;
      }
      channel.closeFuture().addListener(_ -> delivered(deadline, onDelivered, !timedOut.get()));
    });
  }

  private static void delivered(
      @Nullable Future<?> deadline, OnDelivered onDelivered, boolean certain) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    onDelivered.delivered(certain);
  }

  /** Runs something after a timeout, of which zero is none. */
  private static @Nullable Future<?> scheduled(EventLoop loop, Duration timeout, Runnable action) {
    return timeout.isZero() ? null : loop.schedule(action, timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Sends a cancel request and waits for the server to close. */
  private static final class CancelDelivery extends ChannelInboundHandlerAdapter {
    private final ServerIdentity server;

    CancelDelivery(ServerIdentity server) {
      this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ByteBuf out = ctx.alloc().buffer(32);
      new CancelRequest(server.processId(), server.cancelSecret()).encode(out);
      ctx.writeAndFlush(out);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message); // it never answers
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
