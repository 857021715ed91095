package dev.howdah.cli.demo;

import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pooler's configuration in the demo, in a temporary folder of its own. */
final class DemoConfiguration implements AutoCloseable {

  private static final int PORTS_TRIED = 100;
  private static final int HTTP_PORT = 8432;

  private final Path folder;
  private final int httpPort;

  private DemoConfiguration(Path folder, int httpPort) {
    this.httpPort = httpPort;
    this.folder = folder;
  }

  /** Writes the files. */
  static DemoConfiguration write(DemoOptions options, Endpoint primary, Endpoint standby)
      throws IOException {
    DemoConfiguration configuration =
        new DemoConfiguration(Files.createTempDirectory("howdah-demo-"), freePort(HTTP_PORT));
    Files.writeString(configuration.users(), "\"" + Shop.USER + "\" \"\"\n");
    Files.writeString(
        configuration.file(),
        text(options, primary, standby, freePort(options.port()), configuration.users())
            + "[http]\nlisten = 127.0.0.1:%d\n".formatted(configuration.httpPort));
    return configuration;
  }

  /** A database wherever its primary is; what only reads may go to the standby. */
  static String text(
      DemoOptions options, Endpoint primary, Endpoint standby, int port, Path users) {
    return """
    [nodes]
    pg1 = host=%s port=%d
    pg2 = host=%s port=%d
    [routing]
    monitor_user = %s
    monitor_dbname = %s
    [databases]
    %s = cluster=main
    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = %d
    auth_type = trust
    auth_file = %s
    pool_mode = transaction
    default_pool_size = %d
    max_client_conn = %d
    ignore_startup_parameters = extra_float_digits
    """
        .formatted(
            primary.host(),
            primary.port(),
            standby.host(),
            standby.port(),
            Shop.USER,
            Shop.DATABASE,
            Shop.DATABASE,
            port,
            users,
            options.servers(),
            options.clients() + 100);
  }

  /** The main file. */
  Path file() {
    return folder.resolve("howdah.ini");
  }

  /** Where the status page is. */
  String page() {
    return "http://127.0.0.1:" + httpPort + "/";
  }

  private Path users() {
    return folder.resolve("userlist.txt");
  }

  /** {@code wanted}, or the next port after it that nobody listens on. */
  static int freePort(int wanted) throws IOException {
    int last = Math.min(65_535, wanted + PORTS_TRIED);
    for (int port = wanted; port <= last; port++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException _) {
        // Taken, or not ours to take; the next one may do.
      }
    }
    throw new IOException("no free port between " + wanted + " and " + last);
  }

  /** Removes the files. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(file());
      Files.deleteIfExists(users());
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
