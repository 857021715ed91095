package dev.howdah.it.auth;

import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Debian's PgBouncer with a configuration that both of us read. Stopped when closed. */
final class PgBouncer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
  private static final int START_TRIES = 100;

  private final Process process;
  private final Path folder;
  private final int port;

  private PgBouncer(Process process, Path folder, int port) {
    this.process = process;
    this.folder = folder;
    this.port = port;
  }

  /** Starts one on a free port of loopback; {@code ini} as for {@code TestPooler}. */
  static PgBouncer start(String ini) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("howdah-pgbouncer-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    int port = freePort();
    Path file =
        Files.writeString(
            folder.resolve("pgbouncer.ini"),
            """
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            %s
            """
                .formatted(port, ini));
    boolean root = System.getProperty("user.name").equals("root"); // which PgBouncer refuses
    String[] arguments =
        root
            ? new String[] {"-q", "-u", "postgres", file.toString()}
            : new String[] {"-q", file.toString()};
    Path log = folder.resolve("log");
    Process process =
        Program.of(PROGRAM, "pgbouncer", arguments).start(Path.of("/dev/null"), log, log);
    var started = new PgBouncer(process, folder, port);
    for (int i = 0; !isOpen(port); i++) {
      if (i == START_TRIES || !process.isAlive()) {
        started.close();
        throw new AssertionError("PgBouncer does not start");
      }
      Thread.sleep(50);
    }
    return started;
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  Target target(Target server) {
    return new Target(
        new Endpoint("127.0.0.1", port), server.database(), server.user(), server.password());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
      for (String name : List.of("pgbouncer.ini", "log")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
