package dev.howdah.pooler.listen;

import dev.howdah.pooler.config.SocketConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.time.Duration;

/**
 * How our sockets are set up; the keys named {@code tcp_*} and {@code pkt_buf} in PgBouncer.
 *
 * @param transport decides which keep-alive details can be set at all
 * @param readBytesMax the largest single read; buffers adapt below it
 * @param socketBufferBytes kernel buffer sizes, 0 for the system's
 * @param keepAlive whether keep-alive probes are sent; the details apply only then
 * @param keepAliveIdle silence before the first probe, zero for the system's
 * @param keepAliveInterval between probes, zero for the system's
 * @param keepAliveCount probes before giving up, 0 for the system's
 * @param userTimeout unacknowledged data lives this long, zero for the system's
 */
public record SocketOptions(
    Transport transport,
    int readBytesMax,
    int socketBufferBytes,
    boolean keepAlive,
    Duration keepAliveIdle,
    Duration keepAliveInterval,
    int keepAliveCount,
    Duration userTimeout) {

  private static final int LARGE_READ_BYTES = 1 << 16; // adapts below; an idle connection owns none
  private static final int READ_BYTES_MIN = 512;
  private static final int READ_BYTES_FIRST = 1024;

  /** What the configuration says. */
  public static SocketOptions of(Transport transport, SocketConfig config) {
    return new SocketOptions(
        transport,
        Math.max(config.readBufferBytes(), LARGE_READ_BYTES),
        config.socketBufferBytes(),
        config.keepAlive(),
        config.keepIdle(),
        config.keepInterval(),
        config.keepCount(),
        config.userTimeout());
  }

  /** Sets up connections that {@code bootstrap} opens. */
  public void applyTo(Bootstrap bootstrap, boolean unixSocket) {
    apply(bootstrap::option, unixSocket);
    if (!unixSocket) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true);
    }
  }

  /**
   * Sets up a connection that was accepted, before anything is read from it. Netty has switched
   * {@code TCP_NODELAY} on already.
   */
  public void applyTo(Channel accepted, boolean unixSocket) {
    apply(accepted.config()::setOption, unixSocket);
  }

  /** A method of a bootstrap or channel that sets an option. */
  private interface Setter {
    <T> void set(ChannelOption<T> option, T value);
  }

  private void apply(Setter to, boolean unixSocket) {
    to.set(ChannelOption.RECVBUF_ALLOCATOR, readSizes());
    to.set(
        ChannelOption.WRITE_BUFFER_WATER_MARK,
        new WriteBufferWaterMark(readBytesMax, 2 * readBytesMax));
    if (socketBufferBytes > 0) {
      to.set(ChannelOption.SO_RCVBUF, socketBufferBytes);
      to.set(ChannelOption.SO_SNDBUF, socketBufferBytes);
    }
    if (!unixSocket) {
      to.set(ChannelOption.SO_KEEPALIVE, keepAlive);
      applyKeepAliveDetails(to);
    }
  }

  private RecvByteBufAllocator readSizes() {
    return new AdaptiveRecvByteBufAllocator(
        Math.min(READ_BYTES_MIN, readBytesMax),
        Math.min(READ_BYTES_FIRST, readBytesMax),
        readBytesMax);
  }

  private void applyKeepAliveDetails(Setter to) {
    int idle = seconds(keepAliveIdle);
    int interval = seconds(keepAliveInterval);
    int timeoutMillis = (int) Math.min(Integer.MAX_VALUE, userTimeout.toMillis());
    switch (transport) {
      case EPOLL -> {
        setPositive(to, EpollChannelOption.TCP_KEEPIDLE, keepAlive ? idle : 0);
        setPositive(to, EpollChannelOption.TCP_KEEPINTVL, keepAlive ? interval : 0);
        setPositive(to, EpollChannelOption.TCP_KEEPCNT, keepAlive ? keepAliveCount : 0);
        setPositive(to, EpollChannelOption.TCP_USER_TIMEOUT, timeoutMillis);
      }
      case IO_URING -> {
        setPositive(to, IoUringChannelOption.TCP_KEEPIDLE, keepAlive ? idle : 0);
        setPositive(to, IoUringChannelOption.TCP_KEEPINTVL, keepAlive ? interval : 0);
        setPositive(to, IoUringChannelOption.TCP_KEEPCNT, keepAlive ? keepAliveCount : 0);
        setPositive(to, IoUringChannelOption.TCP_USER_TIMEOUT, timeoutMillis);
      }
      case NIO -> {
        // The JDK's sockets take the system's values.
      }
    }
  }

  private static int seconds(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, duration.toSeconds());
  }

  private static void setPositive(Setter to, ChannelOption<Integer> option, int value) {
    if (value > 0) {
      to.set(option, value);
    }
  }
}
