package dev.howdah.pooler.server;

import dev.howdah.topology.Endpoint;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.CancelSecret;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Servers without sockets: the test says when a login succeeds and when a cancel arrives. */
public final class FakeServers implements ServerOpener {
  public final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);
  public final Deque<Attempt> attempts = new ArrayDeque<>();
  public final List<OnDelivered> cancels = new ArrayList<>();
  public final List<EmbeddedChannel> channels = new ArrayList<>();
  public boolean current = true;

  /** Somebody wants a connection. */
  public record Attempt(LoginRequest request, LoginOutcome outcome) {}

  @Override
  public void open(LoginRequest request, EventLoop loop, LoginOutcome outcome) {
    attempts.add(new Attempt(request, outcome));
  }

  @Override
  public boolean isCurrent(ServerIdentity server) {
    return current;
  }

  @Override
  public void cancel(ServerIdentity server, EventLoop loop, OnDelivered onDelivered) {
    cancels.add(onDelivered);
  }

  /** A channel whose buffers are counted. */
  public EmbeddedChannel channel() {
    var channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    channels.add(channel);
    return channel;
  }

  /** Lets the oldest attempt log in. */
  public EmbeddedChannel accept() {
    EmbeddedChannel channel = channel();
    attempts.remove().outcome().loggedIn(channel, identity(channels.size()));
    return channel;
  }

  /** Lets the oldest attempt fail. */
  public void refuse() {
    attempts
        .remove()
        .outcome()
        .failed(ErrorFields.fatal(SqlState.CONNECTION_FAILURE, "refused"), false);
  }

  /** What a server says of itself. */
  public static ServerIdentity identity(int processId) {
    return new ServerIdentity(
        new Endpoint("127.0.0.1", 5432),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432),
        processId,
        new CancelSecret(Bytes.copyOf(new byte[4])),
        Map.of("TimeZone", "UTC", "server_version", "18.1"));
  }

  /** Closes all channels and says how many bytes of buffers nobody released. */
  public long finish() {
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    return alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory();
  }
}
