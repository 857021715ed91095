package dev.howdah.it.failover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One etcd on the loopback address, with its files in a temporary folder. */
final class EtcdServer implements AutoCloseable {

  static final Path PROGRAM = Path.of("/usr/bin/etcd");

  private final Process process;
  private final Path folder;
  private final URI endpoint;

  private EtcdServer(Process process, Path folder, URI endpoint) {
    this.process = process;
    this.folder = folder;
    this.endpoint = endpoint;
  }

  /** Whether Debian's package etcd-server is installed. */
  static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  static EtcdServer start() throws IOException {
    Path folder = Files.createTempDirectory("howdah-etcd");
    URI endpoint = URI.create("http://127.0.0.1:" + freePort());
    String peer = "http://127.0.0.1:" + freePort();
    Process process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--name=one",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + endpoint,
                "--advertise-client-urls=" + endpoint,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=one=" + peer)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    return new EtcdServer(process, folder, endpoint);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
