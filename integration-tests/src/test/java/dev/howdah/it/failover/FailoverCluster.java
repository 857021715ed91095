package dev.howdah.it.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.cli.postgres.Binaries;
import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.cli.postgres.StopMode;
import dev.howdah.failover.act.ActionSettings;
import dev.howdah.failover.act.NodeHands;
import dev.howdah.failover.agent.ClusterStart;
import dev.howdah.failover.agent.ControllerAgent;
import dev.howdah.failover.agent.LeaseAgent;
import dev.howdah.failover.agent.NodeObserver;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.operate.ClusterDesk;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.EtcdOptions;
import dev.howdah.failover.store.EtcdStore;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Three PostgreSQL servers, one etcd, two controllers and a writer, in this process but the first.
 */
final class FailoverCluster implements AutoCloseable {

  private static final NodeCredentials CREDENTIALS =
      new NodeCredentials(LocalPostgres.SUPERUSER, Optional.empty(), "postgres");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final List<LocalPostgres> servers = new ArrayList<>();
  final GatedWriter writer;
  private final List<NodeSpec> nodes = new ArrayList<>();
  private final Optional<String> rejoinCommand;
  private final Binaries binaries;
  private final EtcdServer etcd;
  private final EtcdStore store;
  private final Deque<Runnable> parts = new ArrayDeque<>();

  static FailoverCluster start(SynchronousMode mode) throws Exception {
    return new FailoverCluster(mode, Binaries.embedded(), Optional.empty());
  }

  /** With programs that include pg_rewind. */
  static FailoverCluster start(SynchronousMode mode, Binaries binaries) throws Exception {
    return new FailoverCluster(mode, binaries, Optional.empty());
  }

  /** With programs of Debian's, which the hooks need, and a command that makes standbys again. */
  static FailoverCluster start(Binaries binaries, SynchronousMode mode, String rejoinCommand)
      throws Exception {
    return new FailoverCluster(mode, binaries, Optional.of(rejoinCommand));
  }

  private FailoverCluster(SynchronousMode mode, Binaries binaries, Optional<String> rejoinCommand)
      throws Exception {
    this.binaries = binaries;
    this.rejoinCommand = rejoinCommand;
    etcd = part(EtcdServer.start(), EtcdServer::close);
    PostgresOptions options =
        PostgresOptions.defaults()
            .withSetting("wal_level", "replica")
            .withSetting("wal_log_hints", "on")
            .withSetting("wal_retrieve_retry_interval", "200ms");
    LocalPostgres primary = part(LocalPostgres.start(binaries, options), LocalPostgres::close);
    primary.execute("postgres", "CREATE TABLE written (row bigint)");
    primary.execute("postgres", "CREATE ROLE writer LOGIN", "GRANT ALL ON written TO writer");
    servers.add(primary);
    servers.add(part(primary.createStandby("pg2"), LocalPostgres::close));
    servers.add(part(primary.createStandby("pg3"), LocalPostgres::close));
    for (int i = 0; i < servers.size(); i++) {
      nodes.add(NodeSpec.of("pg" + (i + 1), servers.get(i).endpoint()));
    }
    store = part(new EtcdStore(etcdOptions()), EtcdStore::close);
    DynamicConfig config = new DynamicConfig(false, mode, 1, 1 << 20, 0, 2_000);
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
        .until(() ->
            ClusterStart.initialize(store, nodes, CREDENTIALS, config, "test", "init")
                .map(FailoverCluster::complain)
                .isEmpty());
    controller("c1");
    controller("c2");
    writer = writer();
  }

  private static String complain(String reason) {
    System.out.println("not initialised yet: " + reason);
    return reason;
  }

  private EtcdOptions etcdOptions() {
    return EtcdOptions.of(List.of(etcd.endpoint()), "/howdah/test/");
  }

  private void controller(String id) {
    EtcdStore own = part(new EtcdStore(etcdOptions()), EtcdStore::close);
    NodeObserver observer = part(new NodeObserver(nodes, CREDENTIALS), NodeObserver::close);
    ActionSettings settings =
        new ActionSettings(
            CREDENTIALS,
            LocalPostgres.SUPERUSER,
            Optional.empty(),
            Optional.empty(),
            rejoinCommand,
            Duration.ofSeconds(60));
    part(
        new ControllerAgent(
            new ProcessIdentity(id, "boot", ""), own, observer, new NodeHands(settings, own)),
        ControllerAgent::close);
    observer.start();
  }

  private GatedWriter writer() {
    EtcdStore own = part(new EtcdStore(etcdOptions()), EtcdStore::close);
    NodeObserver observer = part(new NodeObserver(nodes, CREDENTIALS), NodeObserver::close);
    LeaseAgent lease =
        part(
            new LeaseAgent(new ProcessIdentity("p1", "boot", ""), own, observer),
            LeaseAgent::close);
    GatedWriter made = part(new GatedWriter(lease), GatedWriter::close);
    observer.start();
    return made;
  }

  private <T> T part(T part, Consumer<T> close) {
    parts.push(() -> close.accept(part));
    return part;
  }

  Topology topology() throws StoreUnavailableException, InterruptedException {
    return RecordJson.read(
        Keys.TOPOLOGY,
        store.read(List.of(Keys.TOPOLOGY)).get(Keys.TOPOLOGY).orElseThrow().value(),
        Topology.class);
  }

  ClusterDesk desk() {
    return new ClusterDesk(store);
  }

  /** As a hook for rejoining does it: stop, rewind, start as a standby. */
  void rejoin(String node, String primary) throws Exception {
    LocalPostgres server = server(node);
    Path data = server.dataDirectory();
    server.stop(StopMode.FAST);
    List<String> command = new ArrayList<>();
    UserPrincipal owner = Files.getOwner(data);
    if (!owner.getName().equals(System.getProperty("user.name"))) {
      command.addAll(List.of("setpriv", "--reuid=" + owner, "--regid=" + owner, "--clear-groups"));
    }
    command.addAll(
        List.of(
            binaries.program("pg_rewind").toString(),
            "--target-pgdata=" + data,
            "--write-recovery-conf",
            "--source-server=host=127.0.0.1 port=%d user=%s dbname=postgres"
                .formatted(server(primary).endpoint().port(), LocalPostgres.SUPERUSER),
            "--no-sync"));
    Process rewind = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(rewind.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(rewind.waitFor()).as(said).isZero();
    // It copied the other node's slot, too, which does not exist there.
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "primary_slot_name = ''\n",
        StandardOpenOption.APPEND);
    server.restart();
  }

  boolean hasHistory(Topology topology) throws StoreUnavailableException, InterruptedException {
    String key = Keys.history(topology.epoch());
    return store.read(List.of(key)).get(key).isPresent();
  }

  LocalPostgres server(String node) {
    return servers.get(Integer.parseInt(node.substring(2)) - 1);
  }

  void awaitAcknowledged(long epoch, int rows) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(writer.acknowledgedIn(epoch))
                .as(() ->
                    "acknowledged in epoch " + epoch + ", " + writer.unknownOutcomes() + " unknown")
                .isGreaterThanOrEqualTo(rows));
  }

  String ask(LocalPostgres server, String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  /** Acknowledged rows that the node does not have. */
  Set<Long> lostOn(String node) throws SQLException {
    Set<Long> missing = new HashSet<>();
    writer.acknowledged().forEach(at -> missing.add(at.row()));
    try (Connection connection = server(node).connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT row FROM written")) {
      while (rows.next()) {
        missing.remove(rows.getLong(1));
      }
    }
    return missing;
  }

  /** Sends a signal to a server's postmaster and all its children. */
  static void signal(String name, LocalPostgres server) throws Exception {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    ProcessHandle postmaster = ProcessHandle.of(server.pid()).orElseThrow();
    command.add(Long.toString(postmaster.pid()));
    postmaster.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    parts.forEach(Runnable::run);
  }
}
