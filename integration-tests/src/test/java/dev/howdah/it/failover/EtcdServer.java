package dev.howdah.it.failover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

  /** From now on a user is needed, and this one may use the keys below {@code prefix}. */
  void askForPasswords(String user, String password, String prefix) throws Exception {
    etcdctl("user", "add", "root", "--new-user-password=root");
    etcdctl("user", "grant-role", "root", "root");
    etcdctl("user", "add", user, "--new-user-password=" + password);
    etcdctl("role", "add", user);
    etcdctl("role", "grant-permission", user, "--prefix=true", "readwrite", prefix);
    etcdctl("user", "grant-role", user, user);
    etcdctl("auth", "enable");
  }

  private void etcdctl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + endpoint));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ETCDCTL_API", "3");
    Process run = builder.start();
    String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (run.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
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
