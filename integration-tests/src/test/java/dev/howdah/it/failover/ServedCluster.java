package dev.howdah.it.failover;

import static org.awaitility.Awaitility.await;

import dev.howdah.cli.postgres.Binaries;
import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.EtcdOptions;
import dev.howdah.failover.store.EtcdStore;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.LeaderRecord;
import dev.howdah.topology.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an operator has: three PostgreSQL servers, three members of etcd, and {@code howdah serve}
 * in a process of its own, twice. One thread at a time.
 */
final class ServedCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  static final int POOLERS = 2;

  private final Path folder;
  private final List<LocalPostgres> servers = new ArrayList<>();
  private final List<Process> poolers = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final Deque<Runnable> parts = new ArrayDeque<>();
  private final EtcdStore store;
  final EtcdTrio etcd;

  /** {@code settings} are further lines of {@code [cluster]}. */
  static ServedCluster start(Path folder, String settings) throws Exception {
    return new ServedCluster(folder, settings);
  }

  private ServedCluster(Path folder, String settings) throws Exception {
    this.folder = folder;
    this.etcd = part(EtcdTrio.start(), EtcdTrio::close);
    PostgresOptions options =
        PostgresOptions.defaults().withSetting("wal_retrieve_retry_interval", "200ms");
    LocalPostgres primary =
        part(LocalPostgres.start(Binaries.embedded(), options), LocalPostgres::close);
    primary.execute(
        "postgres",
        "CREATE TABLE written (row bigint)",
        "CREATE ROLE app LOGIN",
        "GRANT ALL ON written TO app");
    servers.add(primary);
    servers.add(part(primary.createStandby("pg2"), LocalPostgres::close));
    servers.add(part(primary.createStandby("pg3"), LocalPostgres::close));
    for (int i = 0; i < POOLERS; i++) {
      pooler(i, settings);
    }
    for (int i = 0; i < POOLERS; i++) {
      awaitUp(i);
    }
    store =
        part(new EtcdStore(EtcdOptions.of(etcd.endpoints(), "/howdah/main/")), EtcdStore::close);
  }

  private void pooler(int number, String settings) throws IOException {
    int port = freePort();
    ports.add(port);
    Path home = Files.createDirectories(folder.resolve("pooler" + number));
    Path users = Files.writeString(home.resolve("users.txt"), "\"app\" \"\"\n\"postgres\" \"\"\n");
    StringBuilder nodes = new StringBuilder();
    for (int i = 0; i < servers.size(); i++) {
      nodes.append(
          "pg%d = host=127.0.0.1 port=%d%n".formatted(i + 1, servers.get(i).endpoint().port()));
    }
    Path ini =
        Files.writeString(
            home.resolve("howdah.ini"),
            """
            [databases]
            * = cluster=main
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            server_tls_sslmode = disable
            auth_type = trust
            auth_file = %s
            pool_mode = transaction
            default_pool_size = 10
            [nodes]
            %s
            [cluster]
            process_name = p%d
            etcd = %s
            node_user = postgres
            replication_user = postgres
            min_failover_interval = 0
            %s
            """
                .formatted(
                    port, users, nodes, number + 1, String.join(", ", etcd.urls()), settings));
    Path root = Path.of("").toAbsolutePath();
    Path libraries =
        (Files.exists(root.resolve("howdah")) ? root : root.resolve("..").normalize())
            .resolve("cli/target/howdah/lib");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                libraries + "/*",
                "dev.howdah.cli.Main",
                "serve",
                ini.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    poolers.add(process);
    part(process, at -> at.destroyForcibly().onExit().join());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitUp(int number) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          if (!poolers.get(number).isAlive()) {
            throw new AssertionError("pooler " + number + " did not start:\n" + log(number));
          }
          return log(number).contains("process up: ");
        });
  }

  private <T> T part(T part, Consumer<T> close) {
    parts.push(() -> close.accept(part));
    return part;
  }

  /** What a pooler has logged. */
  String log(int number) throws IOException {
    Path log = folder.resolve("pooler" + number).resolve("log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  Process pooler(int number) {
    return poolers.get(number);
  }

  /** The number of the pooler whose controller leads. */
  int leader() {
    LeaderRecord leader = RecordJson.read(Keys.LEADER, read(Keys.LEADER), LeaderRecord.class);
    return Integer.parseInt(leader.controller().substring(1)) - 1;
  }

  /** JDBC address of a pooler. */
  String url(int number) {
    return "jdbc:postgresql://127.0.0.1:"
        + ports.get(number)
        + "/postgres?user=app&loginTimeout=20&socketTimeout=60";
  }

  LocalPostgres server(String node) {
    return servers.get(Integer.parseInt(node.substring(2)) - 1);
  }

  Topology topology() {
    return RecordJson.read(Keys.TOPOLOGY, read(Keys.TOPOLOGY), Topology.class);
  }

  /** etcd is slow at first, and after its own troubles. */
  private String read(String key) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
        .until(() -> store.read(List.of(key)).get(key), Optional::isPresent)
        .orElseThrow()
        .value();
  }

  static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    parts.forEach(Runnable::run);
  }
}
