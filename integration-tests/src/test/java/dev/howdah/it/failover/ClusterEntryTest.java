package dev.howdah.it.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.cli.postgres.Binaries;
import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.failover.act.ActionSettings;
import dev.howdah.failover.agent.ClusterEntry;
import dev.howdah.failover.agent.ClusterEntry.Outcome;
import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.EtcdOptions;
import dev.howdah.failover.store.EtcdStore;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.InMemoryStore;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.WriteResult;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.NodeSpec;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * How a process comes into a cluster, and everything that keeps it out, each with its own words.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterEntryTest {

  private static final PostgresOptions OPTIONS = PostgresOptions.defaults();

  private final LocalPostgres primary = LocalPostgres.start(Binaries.embedded(), OPTIONS);
  private final LocalPostgres standby = primary.createStandby("pg2");
  private final LocalPostgres stranger = LocalPostgres.start(Binaries.embedded(), OPTIONS);
  private final LocalPostgres strangersStandby = stranger.createStandby("pg3");
  private final NodeSpec pg1 = NodeSpec.of("pg1", primary.endpoint());
  private final NodeSpec pg2 = NodeSpec.of("pg2", standby.endpoint());

  @BeforeAll
  void make_a_role_without_rights() throws Exception {
    primary.execute("postgres", "CREATE ROLE nobody LOGIN", "CREATE ROLE plain LOGIN");
  }

  @AfterAll
  void stop() {
    List.of(strangersStandby, stranger, standby, primary).forEach(LocalPostgres::close);
  }

  @Test
  void the_first_process_describes_the_cluster_and_the_second_finds_it() throws Exception {
    InMemoryStore store = new InMemoryStore();

    Outcome first = enter(store, pg1, pg2);
    Outcome second = enter(store, pg1, pg2);

    assertThat(first).isInstanceOf(Outcome.Entered.class);
    Outcome.Entered entered = (Outcome.Entered) first;
    assertThat(entered.described()).isTrue();
    assertThat(entered.map().topology().primary()).isEqualTo("pg1");
    assertThat(entered.map().topology().epoch()).isEqualTo(Epoch.FIRST);
    assertThat(entered.map().nodes()).containsExactly(pg1, pg2);
    assertThat(((Outcome.Entered) second).described()).isFalse();
    assertThat(((Outcome.Entered) second).warnings()).isEmpty();
  }

  @Test
  void nodes_that_differ_from_the_cluster_are_told() throws Exception {
    InMemoryStore store = new InMemoryStore();
    enter(store, pg1, pg2);

    Outcome outcome =
        enter(
            store,
            NodeSpec.of("pg1", new Endpoint("127.0.0.1", 1)),
            NodeSpec.of("pg9", standby.endpoint()));

    assertThat(((Outcome.Entered) outcome).warnings())
        .satisfiesExactly(
            at -> assertThat(at).contains("[nodes] has pg1 at 127.0.0.1:1", "which counts"),
            at -> assertThat(at).contains("[nodes] has pg9, which the cluster does not know"),
            at -> assertThat(at).contains("the cluster has a node pg2", "add it there"));
  }

  @Test
  void two_nodes_out_of_recovery_are_refused() throws Exception {
    assertThat(refusal(pg1, NodeSpec.of("pg2", stranger.endpoint())))
        .contains("all out of recovery", "pg1, pg2", "make all but one of them standbys");
  }

  @Test
  void no_node_out_of_recovery_is_refused() throws Exception {
    assertThat(refusal(pg2)).contains("every node is in recovery", "promote one of them");
  }

  @Test
  void a_standby_of_another_cluster_is_refused() throws Exception {
    assertThat(refusal(pg1, NodeSpec.of("pg3", strangersStandby.endpoint())))
        .contains("pg3 has the system identifier", "clone it anew");
  }

  @Test
  void a_node_that_does_not_answer_is_refused() throws Exception {
    assertThat(refusal(pg1, NodeSpec.of("pg2", new Endpoint("127.0.0.1", 1))))
        .contains("do not answer", "pg2", "start them, or take them out of [nodes]");
  }

  @Test
  void a_role_without_rights_is_refused() throws Exception {
    assertThat(refusal(new InMemoryStore(), settings("nobody", "postgres"), pg1))
        .contains("nobody lacks rights on pg1", "pg_monitor", "howdah grants --print");
  }

  @Test
  void a_role_that_does_not_exist_is_refused() throws Exception {
    assertThat(refusal(new InMemoryStore(), settings("unknown", "postgres"), pg1))
        .contains("pg1 does not let unknown in", "node_user", "pg_hba.conf");
  }

  @Test
  void a_role_that_cannot_replicate_is_refused() throws Exception {
    assertThat(refusal(new InMemoryStore(), settings("postgres", "plain"), pg1))
        .contains("replication_user plain is no role with the attribute REPLICATION");
  }

  @Test
  void too_low_a_wal_level_is_refused() throws Exception {
    try (LocalPostgres minimal =
        LocalPostgres.start(
            Binaries.embedded(),
            OPTIONS.withSetting("wal_level", "minimal").withSetting("max_wal_senders", "0"))) {
      assertThat(refusal(NodeSpec.of("pg1", minimal.endpoint())))
          .contains("wal_level = minimal", "set wal_level = replica", "max_wal_senders = 0");
    }
  }

  @Test
  void a_topology_of_a_newer_version_is_refused() throws Exception {
    InMemoryStore store = new InMemoryStore();
    store.write(GuardedWrite.put(Keys.TOPOLOGY, 0, "{\"format\":99}"));

    assertThat(refusal(store, settings("postgres", "postgres"), pg1))
        .contains("newer version of Howdah", "upgrade this process");
  }

  @Test
  void a_primary_that_is_no_node_is_refused() throws Exception {
    InMemoryStore store = new InMemoryStore();
    enter(store, pg1, pg2);
    store.write(
        GuardedWrite.delete(
            Keys.node("pg1"), store.read(List.of(Keys.node("pg1"))).revisionOf(Keys.node("pg1"))));

    assertThat(refusal(store, settings("postgres", "postgres"), pg1))
        .contains("has pg1 as its primary and no node of that name, only pg2");
  }

  @Test
  void an_etcd_that_does_not_answer_is_waited_for() throws Exception {
    try (EtcdStore nowhere = new EtcdStore(options(URI.create("http://127.0.0.1:1")))) {
      assertThat(enter(nowhere, pg1)).isInstanceOf(Outcome.Away.class);
    }
  }

  @Test
  void a_write_without_an_answer_is_tried_again() throws Exception {
    InMemoryStore store = new InMemoryStore();
    CoordinationStore silent =
        new CoordinationStore() {
          @Override
          public Snapshot read(List<String> selectors) {
            return store.read(selectors);
          }

          @Override
          public WriteResult write(GuardedWrite write) {
            return new WriteResult.Unknown("no answer");
          }

          @Override
          public Watch watch(String prefix, Runnable changed) {
            return store.watch(prefix, changed);
          }

          @Override
          public void close() {
            store.close();
          }
        };

    assertThat(enter(silent, pg1)).isInstanceOf(Outcome.Away.class);
    assertThat(enter(store, pg1)).isInstanceOf(Outcome.Entered.class);
  }

  @Test
  void a_wrong_password_of_etcd_is_refused() throws Exception {
    assumeTrue(EtcdServer.isInstalled(), EtcdServer.PROGRAM + " is missing");
    try (EtcdServer etcd = EtcdServer.start()) {
      etcd.askForPasswords("howdah", "right", "/howdah/");
      try (EtcdStore nobody = new EtcdStore(options(etcd.endpoint()));
          EtcdStore wrong = new EtcdStore(options(etcd.endpoint()).withLogin("howdah", "wrong"));
          EtcdStore right = new EtcdStore(options(etcd.endpoint()).withLogin("howdah", "right"));
          EtcdStore elsewhere =
              new EtcdStore(
                  EtcdOptions.of(List.of(etcd.endpoint()), "/other/")
                      .withLogin("howdah", "right"))) {
        assertThat(settled(wrong)).asString().contains("Refused", "etcd_user, etcd_password");
        assertThat(settled(nobody)).asString().contains("Refused", "etcd_user, etcd_password");
        assertThat(settled(elsewhere)).asString().contains("Refused", "may read and write");
        assertThat(settled(right)).isInstanceOf(Outcome.Entered.class);
      }
    }
  }

  /** A connection's first read takes its time. */
  private Outcome settled(CoordinationStore store) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> enter(store, pg1, pg2), outcome -> !(outcome instanceof Outcome.Away));
  }

  private static EtcdOptions options(URI endpoint) {
    return EtcdOptions.of(List.of(endpoint), "/howdah/test/");
  }

  private String refusal(NodeSpec... nodes) throws InterruptedException {
    InMemoryStore store = new InMemoryStore();
    String reason = refusal(store, settings("postgres", "postgres"), nodes);
    assertThat(store.dump()).as("what was written all the same").isEmpty();
    return reason;
  }

  private static String refusal(CoordinationStore store, ActionSettings settings, NodeSpec... nodes)
      throws InterruptedException {
    Outcome outcome = entry(store, settings, nodes).attempt("test");
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused) outcome).reason();
  }

  private static Outcome enter(CoordinationStore store, NodeSpec... nodes)
      throws InterruptedException {
    return entry(store, settings("postgres", "postgres"), nodes).attempt("test");
  }

  private static ClusterEntry entry(
      CoordinationStore store, ActionSettings settings, NodeSpec... nodes) {
    return new ClusterEntry(store, List.of(nodes), settings, DynamicConfig.DEFAULTS, "test");
  }

  private static ActionSettings settings(String node, String replication) {
    return new ActionSettings(
        new NodeCredentials(node, Optional.empty(), "postgres"),
        replication,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(10));
  }
}
