package dev.howdah.pooler.listen;

import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.client.ClientLogin;
import dev.howdah.pooler.config.ListenConfig;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.tls.HandshakeGate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens where the configuration says, and gives every accepted socket a {@link ClientLogin}. */
public final class ClientListener {
  private static final Logger LOG = LoggerFactory.getLogger(ClientListener.class);

  private static final int ACCEPTS_PER_TURN = 16; // one look at the sockets for all of them

  private final ListenConfig config;
  private final Transport transport;
  private final EventLoopGroup loops;
  private final IdentityHashMap<EventLoop, Lane> lanes = new IdentityHashMap<>();
  private final IdentityHashMap<EventLoop, HandshakeGate> gates = new IdentityHashMap<>();
  private @Nullable Path socketFile; // once it is bound
  private @Nullable Object socketKey; // which file it is; another process may replace it
  private final boolean replacing;
  private final List<PassedSocket> passed;
  private final ClientHouse house;
  private final List<Channel> channels = new CopyOnWriteArrayList<>();

  /**
   * A listener that does not listen yet.
   *
   * @param replacing whether our socket file may be that of a process which we are to replace
   * @param passed sockets to listen on in place of those that the configuration names
   */
  public ClientListener(
      ListenConfig config,
      Transport transport,
      EventLoopGroup loops,
      List<Lane> lanes,
      boolean replacing,
      List<PassedSocket> passed,
      ClientHouse house) {
    this.passed = List.copyOf(passed);
    this.config = config;
    this.transport = transport;
    this.loops = loops;
    this.replacing = replacing;
    this.house = house;
    for (Lane lane : lanes) {
      this.lanes.put(lane.loop(), lane);
      this.gates.put(lane.loop(), new HandshakeGate(lane.loop()));
    }
  }

  /**
   * Binds every address and the Unix-domain socket.
   *
   * @throws IOException naming the address that cannot be bound; nothing is left bound then
   */
  public void open() throws IOException {
    try {
      if (!passed.isEmpty()) {
        adoptAll();
        return;
      }
      if (config.unixSocketDirectory().isPresent() && !replacing) {
        checkUnused(fileIn(config.unixSocketDirectory().get())); // before a client comes by TCP
      }
      for (InetSocketAddress address : tcpAddresses()) {
        bind(address, false);
      }
      if (config.unixSocketDirectory().isPresent()) {
        bindUnixSocket(config.unixSocketDirectory().get());
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Stops listening on TCP; the Unix-domain socket stays, for operators. */
  public void closeTcp() {
    for (Channel channel : channels) {
      if (channel.localAddress() instanceof InetSocketAddress) {
        channel.close().syncUninterruptibly();
      }
    }
  }

  /** Stops listening; accepted connections live on. */
  public void close() {
    for (Channel channel : channels) {
      channel.close().syncUninterruptibly();
    }
    channels.clear();
    Path file = socketFile;
    if (file != null) {
      try {
        if (Files.exists(file) && Objects.equals(keyOf(file), socketKey)) {
          Files.delete(file);
        }
      } catch (IOException e) {
        LOG.warn("cannot remove {}: {}", file, e.getMessage());
      }
    }
  }

  /** The sockets that wait for clients. Any thread. */
  public List<Channel> channels() {
    return List.copyOf(channels);
  }

  /** Whether clients can connect somewhere. Any thread. */
  public boolean isListening() {
    return channels.stream().anyMatch(Channel::isActive);
  }

  /** The port of the first TCP address, as really bound; the configured one when there is none. */
  public int port() {
    for (Channel channel : channels) {
      if (channel.localAddress() instanceof InetSocketAddress address) {
        return address.getPort();
      }
    }
    return config.port();
  }

  private List<InetSocketAddress> tcpAddresses() throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>(tcpAddresses(config.port()));
    int replicaPort = house.config().routing().replicaPort();
    if (replicaPort != 0) {
      addresses.addAll(tcpAddresses(replicaPort));
    }
    return addresses;
  }

  private List<InetSocketAddress> tcpAddresses(int port) throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String name : config.addresses()) {
      if (name.equals("*")) {
        addresses.add(new InetSocketAddress(port));
        continue;
      }
      try {
        for (InetAddress address : InetAddress.getAllByName(name)) {
          addresses.add(new InetSocketAddress(address, port));
        }
      } catch (UnknownHostException e) {
        throw new IOException("listen_addr = " + name + ": no such host", e);
      }
    }
    return addresses;
  }

  /** The words are PgBouncer's. */
  private void adoptAll() throws IOException {
    if (!config.addresses().isEmpty()) {
      LOG.warn("sockets passed from service manager, listen_addr ignored");
    }
    if (config.unixSocketDirectory().isPresent()) {
      LOG.warn("sockets passed from service manager, unix_socket_dir ignored");
    }
    for (PassedSocket socket : passed) {
      ServerBootstrap bootstrap = bootstrap(socket.unix());
      bootstrap.channelFactory(() -> transport.adopt(socket));
      if (!socket.unix()) {
        deferAccept(bootstrap);
      }
      var adopting = bootstrap.register().awaitUninterruptibly();
      if (!adopting.isSuccess()) {
        throw new IOException(
            "failed to set up socket passed from service manager (fd %d): %s"
                .formatted(socket.descriptor(), adopting.cause().getMessage()),
            adopting.cause());
      }
      channels.add(adopting.channel());
      LOG.info("socket passed from service manager (fd {})", socket.descriptor());
      if (!socket.unix()) {
        LOG.info("listening on {}", adopting.channel().localAddress());
      }
    }
  }

  private ServerBootstrap bootstrap(boolean unixSocket) {
    return new ServerBootstrap()
        .group(loops)
        .option(ChannelOption.SO_BACKLOG, config.backlog())
        .option(ChannelOption.RECVBUF_ALLOCATOR, acceptsPerTurn())
        .childHandler(newClient(unixSocket));
  }

  private void bind(SocketAddress address, boolean unixSocket) throws IOException {
    ServerBootstrap bootstrap = bootstrap(unixSocket).channel(transport.listener(unixSocket));
    if (!unixSocket) {
      bootstrap.option(ChannelOption.SO_REUSEADDR, true);
      applyTcpOptions(bootstrap, address);
    }
    var binding = bootstrap.bind(address).awaitUninterruptibly();
    if (!binding.isSuccess()) {
      throw new IOException(
          "cannot listen on " + address + ": " + binding.cause().getMessage(), binding.cause());
    }
    channels.add(binding.channel());
    if (!unixSocket) {
      LOG.info("listening on {}", binding.channel().localAddress());
    }
  }

  /** How many clients are let in before those who are in already get their turn. */
  private static RecvByteBufAllocator acceptsPerTurn() {
    return new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(ACCEPTS_PER_TURN);
  }

  private void applyTcpOptions(ServerBootstrap bootstrap, SocketAddress address)
      throws IOException {
    if (config.reusePort()) {
      bootstrap.option(reusePortOption(address), true);
    }
    deferAccept(bootstrap);
  }

  private void deferAccept(ServerBootstrap bootstrap) {
    if (config.deferAccept()) {
      switch (transport) {
        case EPOLL -> bootstrap.option(EpollChannelOption.TCP_DEFER_ACCEPT, 1);
        case IO_URING -> bootstrap.option(IoUringChannelOption.TCP_DEFER_ACCEPT, 1);
        case NIO -> {
          // The JDK does not know the option.
        }
      }
    }
  }

  private ChannelOption<Boolean> reusePortOption(SocketAddress address) throws IOException {
    if (transport != Transport.NIO) {
      return UnixChannelOption.SO_REUSEPORT;
    }
    try (ServerSocketChannel probe = ServerSocketChannel.open()) {
      if (!probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
        throw new IOException(
            "cannot listen on %s: so_reuseport is not supported by this system with io = nio"
                .formatted(address));
      }
    }
    return NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
  }

  private ChannelHandler newClient(boolean unixSocket) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        Lane lane = lanes.get(channel.eventLoop());
        HandshakeGate gate = gates.get(channel.eventLoop());
        if (lane == null || gate == null) {
          throw new IllegalStateException("a channel on an event loop that is not ours");
        }
        SocketOptions.of(transport, house.config().sockets()).applyTo(channel, unixSocket);
        house.clients().tryTake(0); // the limit is checked when there is somebody to tell
        channel.pipeline().addLast(new ClientLogin(house, lane, gate));
      }
    };
  }

  /** To be called when TCP is bound: the name of the file has the port that was really taken. */
  private void bindUnixSocket(Path directory) throws IOException {
    Path file = fileIn(directory);
    // Netty deletes the name it bound when it closes, whoever has that name by then: it gets a name
    // of its own. The move leaves no moment without a socket when we replace a process.
    Path bound = directory.resolve(file.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(bound);
    bind(transport.unixAddress(bound.toString()), true);
    PosixFileAttributeView view = Files.getFileAttributeView(bound, PosixFileAttributeView.class);
    if (config.unixSocketGroup().isPresent()) {
      GroupPrincipal group =
          bound
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByGroupName(config.unixSocketGroup().get());
      view.setGroup(group);
    }
    view.setPermissions(permissions(config.unixSocketMode()));
    Files.move(bound, file, StandardCopyOption.ATOMIC_MOVE);
    socketFile = file;
    socketKey = keyOf(file);
    LOG.info("listening on unix:{}", file);
  }

  private static @Nullable Object keyOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private Path fileIn(Path directory) {
    return directory.resolve(".s.PGSQL." + port());
  }

  /**
   * Another living pooler must not lose its socket: processes that share a TCP port have each its
   * own directory.
   */
  private static void checkUnused(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // a full queue of connections must not hold us up
      probe.connect(UnixDomainSocketAddress.of(file));
    } catch (ConnectException _) {
      return; // nobody listens: left over
    } catch (IOException e) {
      throw new IOException("cannot listen on " + file + ": " + e.getMessage(), e);
    }
    throw new IOException(
        "cannot listen on %s: another process does; give each its own unix_socket_dir"
            .formatted(file));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    char[] letters = "rwxrwxrwx".toCharArray();
    for (int i = 0; i < letters.length; i++) {
      if ((mode & 1 << (letters.length - 1 - i)) == 0) {
        letters[i] = '-';
      }
    }
    return PosixFilePermissions.fromString(new String(letters));
  }
}
