package dev.howdah.pooler.peer;

import dev.howdah.pooler.listen.SocketOptions;
import dev.howdah.pooler.listen.Transport;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.server.HostResolver;
import dev.howdah.topology.Endpoint;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reaches peers over TCP or Unix-domain sockets, unencrypted as PgBouncer does it: a cancel key is
 * all there is to see. Safe for all threads.
 */
public final class SocketDialer implements PeerDialer {
  private final Transport transport;
  private final LiveConfig live;
  private final HostResolver resolver;
  private final AtomicInteger turn = new AtomicInteger(); // rotates over a host's addresses

  /** A dialer for one pooler. */
  public SocketDialer(Transport transport, LiveConfig live, HostResolver resolver) {
    this.transport = transport;
    this.live = live;
    this.resolver = resolver;
  }

  @Override
  public Call dial(Endpoint peer, CancelRequest request, EventLoop loop, Listener listener) {
    Attempt attempt = new Attempt(peer, request, loop, listener);
    attempt.start();
    return attempt;
  }

  /** One connection. Event loop only. */
  private final class Attempt extends ChannelInboundHandlerAdapter implements Call {
    private final Endpoint peer;
    private final CancelRequest request;
    private final EventLoop loop;
    private final Listener listener;
    private @Nullable Channel channel;
    private @Nullable String trouble;
    private boolean over;

    Attempt(Endpoint peer, CancelRequest request, EventLoop loop, Listener listener) {
      this.peer = peer;
      this.request = request;
      this.loop = loop;
      this.listener = listener;
    }

    void start() {
      if (peer.isUnixSocket()) {
        connect(transport.unixAddress(peer.socketPath()));
        return;
      }
      resolver
          .resolve(peer.host())
          .whenCompleteAsync(
              (addresses, _) -> {
                if (addresses == null) {
                  end("its name cannot be resolved");
                } else {
                  connect(new InetSocketAddress(pick(addresses), peer.port()));
                }
              },
              loop);
    }

    private InetAddress pick(List<InetAddress> addresses) {
      return addresses.get(Math.floorMod(turn.getAndIncrement(), addresses.size()));
    }

    private void connect(SocketAddress address) {
      if (over) {
        return;
      }
      Bootstrap bootstrap =
          new Bootstrap().group(loop).channel(transport.channel(peer.isUnixSocket())).handler(this);
      SocketOptions.of(transport, live.config().sockets()).applyTo(bootstrap, peer.isUnixSocket());
      ChannelFuture connecting = bootstrap.connect(address);
      channel = connecting.channel();
      connecting.addListener(done -> {
        if (!done.isSuccess()) {
          // A channel that could not even be made, for want of a descriptor, has no loop.
          loop.execute(() -> end(String.valueOf(done.cause().getMessage())));
        }
      });
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ByteBuf out = ctx.alloc().buffer(64);
      request.encode(out);
      ctx.writeAndFlush(out);
      if (!over) {
        listener.connected();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message); // it never answers
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      trouble = String.valueOf(cause.getMessage());
      ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      end(trouble);
    }

    private void end(@Nullable String why) {
      if (!over) {
        over = true;
        listener.ended(why);
      }
    }

    @Override
    public void abort() {
      over = true;
      if (channel != null) {
        channel.close();
      }
    }
  }
}
