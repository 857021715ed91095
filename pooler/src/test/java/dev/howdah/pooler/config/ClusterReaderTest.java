package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.topology.SynchronousMode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterReaderTest {

  private static final String NEEDED =
      """
      [pgbouncer]
      [nodes]
      pg1 = host=10.0.0.11
      [cluster]
      etcd = http://10.0.0.21:2379
      node_user = howdah
      replication_user = replicator
      """;

  @TempDir Path directory;
  private ConfigFixture fixture;

  @BeforeEach
  void open() {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void without_the_section_there_is_no_cluster() throws ConfigException {
    assertThat(fixture.config("[pgbouncer]\n").cluster()).isEmpty();
  }

  @Test
  void what_is_left_out_has_its_default() throws ConfigException {
    ClusterConfig cluster = fixture.config(NEEDED).cluster().orElseThrow();

    assertThat(cluster)
        .isEqualTo(
            new ClusterConfig(
                "main",
                "",
                new ClusterConfig.Store.Etcd(
                    List.of(URI.create("http://10.0.0.21:2379")),
                    "/howdah/main/",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
                true,
                new ClusterConfig.NodeLogin(
                    "howdah", Optional.empty(), "postgres", "prefer", Optional.empty()),
                new ClusterConfig.Replication("replicator", Optional.empty(), ""),
                new ClusterConfig.Initial(
                    SynchronousMode.OFF,
                    1,
                    1L << 20,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(2)),
                new ClusterConfig.Hooks(
                    Optional.empty(), Optional.empty(), Duration.ofSeconds(600))));
  }

  @Test
  void every_key_is_read() throws ConfigException {
    fixture.environment("SECRET", "s3cret");
    Path ca = fixture.write("ca.pem", "");
    ClusterConfig cluster =
        fixture
            .config(
                """
                [databases]
                * = cluster=erp
                [pgbouncer]
                [nodes]
                pg1 = host=10.0.0.11 priority=100
                pg2 = host=10.0.0.12 nofailover weight=2 nosync
                pg3 = host=10.0.0.13 noloadbalance
                [cluster]
                name = erp
                process_name = app1
                etcd = https://10.0.0.21:2379, https://10.0.0.22:2379/
                etcd_user = howdah
                etcd_password = ${SECRET}
                etcd_tls_ca_file = CA
                etcd_tls_cert_file = CA
                etcd_tls_key_file = CA
                prefix = /db
                controller = no
                node_user = howdah
                node_password = ${SECRET}
                node_dbname = admin
                node_tls_sslmode = verify-full
                node_tls_ca_file = CA
                replication_user = replicator
                replication_password = ${SECRET}
                replication_options = sslmode=verify-full
                synchronous_mode = strict
                synchronous_node_count = 2
                maximum_lag_on_failover = 16MB
                min_failover_interval = 1min
                write_lease = 500ms
                rejoin_command = /etc/howdah/rejoin "$HOWDAH_NODE"
                fence_command = /etc/howdah/fence
                hook_timeout = 1h
                """
                    .replace("CA\n", ca + "\n"))
            .cluster()
            .orElseThrow();

    assertThat(cluster)
        .isEqualTo(
            new ClusterConfig(
                "erp",
                "app1",
                new ClusterConfig.Store.Etcd(
                    List.of(
                        URI.create("https://10.0.0.21:2379"), URI.create("https://10.0.0.22:2379")),
                    "/db/erp/",
                    Optional.of("howdah"),
                    Optional.of("s3cret"),
                    Optional.of(ca),
                    Optional.of(ca),
                    Optional.of(ca)),
                false,
                new ClusterConfig.NodeLogin(
                    "howdah", Optional.of("s3cret"), "admin", "verify-full", Optional.of(ca)),
                new ClusterConfig.Replication(
                    "replicator", Optional.of("s3cret"), "sslmode=verify-full"),
                new ClusterConfig.Initial(
                    SynchronousMode.STRICT,
                    2,
                    16L << 20,
                    Duration.ofMinutes(1),
                    Duration.ofMillis(500)),
                new ClusterConfig.Hooks(
                    Optional.of("/etc/howdah/rejoin \"$HOWDAH_NODE\""),
                    Optional.of("/etc/howdah/fence"),
                    Duration.ofHours(1))));
    assertThat(cluster.toString()).doesNotContain("s3cret");
  }

  @Test
  void what_a_node_is_not_for_may_stand_as_a_word() throws ConfigException {
    List<NodeConfig> nodes =
        fixture
            .config(
                NEEDED.replace(
                    "host=10.0.0.11", "host=10.0.0.11 nofailover nosync=yes weight=2 priority=7"))
            .routing()
            .nodes();

    assertThat(nodes.getFirst().candidacy())
        .isEqualTo(new NodeConfig.Candidacy(7, true, true, false));
    assertThat(nodes.getFirst().weight()).isEqualTo(2);
  }

  @Test
  void a_node_without_load_balancing_gets_no_reads() throws ConfigException {
    assertThat(
            fixture
                .config(NEEDED.replace("host=10.0.0.11", "host=10.0.0.11 noloadbalance"))
                .routing()
                .nodes()
                .getFirst()
                .weight())
        .isZero();
  }

  @Test
  void the_role_that_watches_also_watches_for_routing_unless_another_is_named()
      throws ConfigException {
    assertThat(fixture.config(NEEDED).routing().probing().user()).isEqualTo("howdah");
    assertThat(
            fixture
                .config(NEEDED + "[routing]\nmonitor_user = looker\n")
                .routing()
                .probing()
                .user())
        .isEqualTo("looker");
  }

  @Test
  void all_that_is_missing_is_named_at_once() {
    assertThat(fixture.problems("[pgbouncer]\n[cluster]\n").toString())
        .contains("etcd", "http://10.0.0.21:2379")
        .contains("node_user", "replication_user", "list them in [nodes]");
  }

  @Test
  void a_wrong_value_is_named_with_its_line_and_what_would_be_right() {
    assertThat(problem("etcd = 10.0.0.21")).contains("pgbouncer.ini", "http://10.0.0.21:2379");
    assertThat(problem("etcd = http://user:pw@10.0.0.21:2379")).contains("no client URL");
    assertThat(problem("write_lease = 100ms")).contains("too short", "200ms");
    assertThat(problem("synchronous_mode = quorum")).contains("off, on, strict");
    assertThat(problem("name = a/b")).contains("no plain name");
    assertThat(problem("prefix = howdah")).contains("/howdah/");
    assertThat(problem("etcd_password = x")).contains("etcd_user").doesNotContain("= x");
    assertThat(problem("etcd_tls_key_file = /nowhere/key")).contains("cannot be read");
    assertThat(problem("store = memory")).contains("exclude each other");
    assertThat(problem("ttl = 30")).contains("the key is write_lease");
    assertThat(problem("syncronous_mode = on")).contains("did you mean synchronous_mode?");
  }

  private String problem(String line) {
    return fixture.problems(NEEDED + line + "\n").toString();
  }

  @Test
  void nodes_that_cannot_belong_to_a_cluster_are_refused() {
    assertThat(nodes("pg2 = host=/run/postgresql")).contains("needs an address");
    assertThat(nodes("pg2 = host=10.0.0.11")).contains("is where pg1 is");
    assertThat(nodes("PG1 = host=10.0.0.12")).contains("too much like pg1", "howdah_pg1");
    assertThat(nodes("\"pg 2\" = host=10.0.0.12")).contains("is no name for a node");
  }

  private String nodes(String line) {
    return fixture.problems(NEEDED.replace("[cluster]", line + "\n[cluster]")).toString();
  }

  @Test
  void databases_name_the_cluster_by_its_name() {
    assertThat(
            fixture.problems(NEEDED + "name = erp\n[databases]\nshop = cluster=main\n").toString())
        .contains("there is no cluster main", "are the cluster erp");
  }

  @Test
  void a_reload_keeps_it_and_says_so() throws ConfigException {
    LoadedConfig before = fixture.load(NEEDED);
    fixture.write("pgbouncer.ini", NEEDED + "controller = no\n");

    LoadedConfig after = ConfigLoader.reload(before);

    assertThat(after.config().cluster()).isEqualTo(before.config().cluster());
    assertThat(after.warnings().toString()).contains("[cluster] needs restart");
  }
}
