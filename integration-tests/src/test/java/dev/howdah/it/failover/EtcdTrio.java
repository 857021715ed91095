package dev.howdah.it.failover;

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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Three members of etcd on the loopback address, with their files in a temporary folder. */
final class EtcdTrio implements AutoCloseable {

  static final int SIZE = 3;

  private final List<Process> members = new ArrayList<>();
  private final List<URI> endpoints = new ArrayList<>();
  private final Path folder;

  private EtcdTrio(Path folder) {
    this.folder = folder;
  }

  static EtcdTrio start() throws IOException {
    EtcdTrio cluster = new EtcdTrio(Files.createTempDirectory("howdah-etcd"));
    cluster.launch();
    return cluster;
  }

  private void launch() throws IOException {
    List<Integer> ports = freePorts(SIZE * 2);
    StringBuilder peers = new StringBuilder();
    for (int i = 0; i < SIZE; i++) {
      peers.append(i == 0 ? "" : ",").append("m").append(i).append("=http://127.0.0.1:");
      peers.append(ports.get(SIZE + i));
    }
    for (int i = 0; i < SIZE; i++) {
      URI client = URI.create("http://127.0.0.1:" + ports.get(i));
      String peer = "http://127.0.0.1:" + ports.get(SIZE + i);
      List<String> command =
          new ArrayList<>(
              List.of(
                  EtcdServer.PROGRAM.toString(),
                  "--name=m" + i,
                  "--data-dir=" + folder.resolve("m" + i),
                  "--listen-client-urls=" + client,
                  "--advertise-client-urls=" + client,
                  "--listen-peer-urls=" + peer,
                  "--initial-advertise-peer-urls=" + peer,
                  "--initial-cluster=" + peers));
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

  List<String> urls() {
    return endpoints.stream().map(URI::toString).toList();
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
