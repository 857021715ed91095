package dev.howdah.failover.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A cluster of real etcd members on the loopback address, with its files in a temporary folder. */
final class EtcdProcess implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/bin/etcd");

  private final List<Process> members = new ArrayList<>();
  private final List<URI> endpoints = new ArrayList<>();
  private final Path folder;

  private EtcdProcess(Path folder) {
    this.folder = folder;
  }

  /** Starts {@code size} members; nothing where etcd is not installed. */
  static Optional<EtcdProcess> start(int size, String... options) throws IOException {
    if (!Files.isExecutable(PROGRAM)) {
      System.out.println("no test with etcd: " + PROGRAM + " is missing (package etcd-server)");
      return Optional.empty();
    }
    EtcdProcess cluster = new EtcdProcess(Files.createTempDirectory("howdah-etcd"));
    cluster.launch(size, List.of(options));
    return Optional.of(cluster);
  }

  private void launch(int size, List<String> options) throws IOException {
    List<Integer> ports = freePorts(size * 2);
    StringBuilder peers = new StringBuilder();
    for (int i = 0; i < size; i++) {
      peers.append(i == 0 ? "" : ",").append("m").append(i).append("=http://127.0.0.1:");
      peers.append(ports.get(size + i));
    }
    for (int i = 0; i < size; i++) {
      URI client = URI.create("http://127.0.0.1:" + ports.get(i));
      String peer = "http://127.0.0.1:" + ports.get(size + i);
      List<String> command =
          new ArrayList<>(
              List.of(
                  PROGRAM.toString(),
                  "--name=m" + i,
                  "--data-dir=" + folder.resolve("m" + i),
                  "--listen-client-urls=" + client,
                  "--advertise-client-urls=" + client,
                  "--listen-peer-urls=" + peer,
                  "--initial-advertise-peer-urls=" + peer,
                  "--initial-cluster=" + peers));
      command.addAll(options);
      members.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("m" + i + ".log").toFile())
              .start());
      endpoints.add(client);
    }
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      while (ports.size() < count) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  List<URI> endpoints() {
    return List.copyOf(endpoints);
  }

  /** Stops a member where it stands, as SIGSTOP does; {@link #thaw} lets it go on. */
  void freeze(int member) throws IOException, InterruptedException {
    signal(member, "STOP");
  }

  void thaw(int member) throws IOException, InterruptedException {
    signal(member, "CONT");
  }

  private void signal(int member, String name) throws IOException, InterruptedException {
    String pid = Long.toString(members.get(member).pid());
    new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    members.forEach(Process::destroyForcibly);
    for (Process member : members) {
      try {
        member.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
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
