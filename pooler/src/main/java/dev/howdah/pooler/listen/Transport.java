package dev.howdah.pooler.listen;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The kernel interface under the event loops, and the channel classes that go with it. */
public enum Transport {
  /** Linux epoll: the default. */
  EPOLL(
      EpollSocketChannel.class,
      EpollDomainSocketChannel.class,
      EpollServerSocketChannel.class,
      EpollServerDomainSocketChannel.class),
  /** Linux io_uring: batches system calls, so it wins under load; often forbidden in containers. */
  IO_URING(
      IoUringSocketChannel.class,
      IoUringDomainSocketChannel.class,
      IoUringServerSocketChannel.class,
      IoUringServerDomainSocketChannel.class),
  /** The JDK's selectors: works everywhere. */
  NIO(
      NioSocketChannel.class,
      NioDomainSocketChannel.class,
      NioServerSocketChannel.class,
      NioServerDomainSocketChannel.class);

  private final Class<? extends Channel> tcp;
  private final Class<? extends Channel> unix;
  private final Class<? extends ServerChannel> tcpListener;
  private final Class<? extends ServerChannel> unixListener;

  Transport(
      Class<? extends Channel> tcp,
      Class<? extends Channel> unix,
      Class<? extends ServerChannel> tcpListener,
      Class<? extends ServerChannel> unixListener) {
    this.tcp = tcp;
    this.unix = unix;
    this.tcpListener = tcpListener;
    this.unixListener = unixListener;
  }

  /** Whether this machine and kernel let us use it. */
  public boolean isAvailable() {
    return switch (this) {
      case EPOLL -> Epoll.isAvailable();
      case IO_URING -> IoUring.isAvailable();
      case NIO -> true;
    };
  }

  /** Starts a group of event loops, one thread each. */
  public EventLoopGroup newGroup(int loops) {
    IoHandlerFactory factory =
        switch (this) {
          case EPOLL -> EpollIoHandler.newFactory();
          case IO_URING -> IoUringIoHandler.newFactory();
          case NIO -> NioIoHandler.newFactory();
        };
    return new MultiThreadIoEventLoopGroup(
        loops, new DefaultThreadFactory("howdah-loop", false, Thread.NORM_PRIORITY), factory);
  }

  /** The class of connecting channels, TCP or Unix-domain. */
  public Class<? extends Channel> channel(boolean unixSocket) {
    return unixSocket ? unix : tcp;
  }

  /** The class of listening channels, TCP or Unix-domain. */
  public Class<? extends ServerChannel> listener(boolean unixSocket) {
    return unixSocket ? unixListener : tcpListener;
  }

  /** The address of a socket file, in the class this transport understands. */
  public SocketAddress unixAddress(String path) {
    return this == NIO ? UnixDomainSocketAddress.of(path) : new DomainSocketAddress(path);
  }

  /**
   * A channel for a socket on which somebody else listens already.
   *
   * @throws UnsupportedOperationException if this transport makes all its sockets itself
   */
  ServerChannel adopt(PassedSocket socket) {
    if (this != EPOLL) {
      throw new UnsupportedOperationException(
          "sockets passed by the service manager need io = epoll");
    }
    return socket.unix()
        ? new EpollServerDomainSocketChannel(socket.descriptor(), true)
        : new EpollServerSocketChannel(socket.descriptor());
  }
}
