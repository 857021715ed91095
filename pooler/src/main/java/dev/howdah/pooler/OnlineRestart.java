package dev.howdah.pooler;

import dev.howdah.pooler.config.ListenConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a running pooler: both listen on the same TCP port for a moment ({@code so_reuseport}),
 * then the old one is told through its console to take no new clients and to end when its last
 * client has left. Nobody is disconnected. PgBouncer hands its sockets over instead, which ends TLS
 * connections and which it has deprecated in favour of this way.
 *
 * <p>Blocking; one thread.
 */
final class OnlineRestart implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnlineRestart.class);
  private static final int MESSAGE_BYTES_MAX = 1 << 20;

  private final SocketChannel console;

  private OnlineRestart(SocketChannel console) {
    this.console = console;
  }

  /**
   * Finds the process to be replaced and enters its console. To be called before we listen, since
   * its socket file becomes ours.
   *
   * @return empty if nobody is there
   * @throws IOException if the configuration does not allow it, or the process does not
   */
  static Optional<OnlineRestart> begin(PoolerConfig config) throws IOException {
    ListenConfig listen = config.listen();
    if (listen.unixSocketDirectory().isEmpty()) {
      throw new IOException(
          "-R: cannot reboot if unix dir not configured; set unix_socket_dir, through which the"
              + " running process is told to end");
    }
    if (!listen.reusePort() || listen.port() == 0) {
      throw new IOException(
          "-R: cannot reboot without so_reuseport = 1 and a listen_port: old and new process listen"
              + " on the same port for a moment");
    }
    Path file = listen.unixSocketDirectory().get().resolve(".s.PGSQL." + listen.port());
    if (!Files.exists(file)) {
      return nobody();
    }
    SocketChannel channel;
    try {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(file));
    } catch (IOException _) {
      return nobody(); // left over
    }
    var restart = new OnlineRestart(channel);
    if (config.http().isPresent() && config.http().get().port() != 0) {
      restart.close();
      throw new IOException(
          "-R: cannot reboot with [http]: old and new process would need the same port for it");
    }
    try {
      restart.logIn();
    } catch (IOException | RuntimeException e) {
      restart.close();
      throw e;
    }
    return Optional.of(restart);
  }

  private static Optional<OnlineRestart> nobody() {
    LOG.info("old process not found, try to continue normally");
    return Optional.empty();
  }

  private void logIn() throws IOException {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", PoolerConfig.CONSOLE_DATABASE);
    parameters.put("database", PoolerConfig.CONSOLE_DATABASE);
    ByteBuf out = Unpooled.buffer();
    new StartupMessage(StartupMessage.PROTOCOL_3_0, parameters).encode(out);
    send(out);
    awaitReady();
  }

  /** We listen now: has the old process end after its last client. */
  void finish() throws IOException {
    ByteBuf out = Unpooled.buffer();
    new FrontendMessage.Query("SHUTDOWN WAIT_FOR_CLIENTS").encode(out);
    send(out);
    awaitReady();
    LOG.info("the old process takes no new clients and ends when its last one has left");
  }

  private void send(ByteBuf message) throws IOException {
    ByteBuffer bytes = message.nioBuffer();
    while (bytes.hasRemaining()) {
      console.write(bytes);
    }
  }

  /** Reads up to ReadyForQuery. */
  private void awaitReady() throws IOException {
    byte type;
    do {
      ByteBuf header = read(5);
      type = header.readByte();
      int length = header.readInt() - Integer.BYTES;
      if (length < 0 || length > MESSAGE_BYTES_MAX) {
        throw new IOException("-R: what listens on the socket is no pooler");
      }
      ByteBuf body = read(length);
      if (type == 'E') {
        throw new IOException(
            "-R: the running process refuses: " + ErrorFields.decode(body).message());
      }
      if (type == 'R' && body.readInt() != 0) {
        throw new IOException(
            "-R: the running process asks for a password; it is run by another user");
      }
    } while (type != 'Z');
  }

  private ByteBuf read(int count) throws IOException {
    byte[] bytes = Channels.newInputStream(console).readNBytes(count);
    if (bytes.length < count) {
      throw new IOException("-R: the running process closed the connection");
    }
    return Unpooled.wrappedBuffer(bytes);
  }

  @Override
  public void close() {
    try {
      console.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
