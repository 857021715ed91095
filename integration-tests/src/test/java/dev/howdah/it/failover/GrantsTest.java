package dev.howdah.it.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.cli.grants.GrantRun;
import dev.howdah.cli.grants.GrantScript;
import dev.howdah.cli.postgres.Binaries;
import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.failover.act.ActionSettings;
import dev.howdah.failover.act.NodeCheckup;
import dev.howdah.failover.act.NodeHands;
import dev.howdah.failover.control.ActionOutcome;
import dev.howdah.failover.control.NodeAction;
import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.observe.NodeObservation;
import dev.howdah.failover.observe.NodeProbe;
import dev.howdah.failover.observe.ProbeDeadlines;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.InMemoryStore;
import dev.howdah.it.fixture.Program;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.SyncRule;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Roles with exactly the rights that {@code howdah grants} gives do all that Howdah does. */
class GrantsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PASSWORD = "it's a secret";
  private static final GrantScript SCRIPT =
      new GrantScript("howdah", Optional.of("looker"), "replicator", "postgres");
  private static final PostgresOptions OPTIONS =
      PostgresOptions.defaults()
          .withHbaLines(
              List.of(
                  "local all,replication all trust",
                  "host all,replication all 127.0.0.1/32 scram-sha-256"))
          .withSetting("password_encryption", "scram-sha-256")
          .withSetting("wal_retrieve_retry_interval", "200ms");
  private static final NodeCredentials SUPERUSER =
      new NodeCredentials(LocalPostgres.SUPERUSER, Optional.empty(), "postgres");
  private static final ActionSettings SETTINGS =
      new ActionSettings(
          new NodeCredentials("howdah", Optional.of(PASSWORD), "postgres"),
          "replicator",
          Optional.of(PASSWORD),
          Optional.empty(),
          Optional.empty(),
          Duration.ofSeconds(10));

  static Stream<Binaries> versions() {
    return Stream.of(
        Binaries.embedded(),
        Binaries.installed(15)
            .orElseThrow(() -> Program.missing("PostgreSQL 15", "postgresql-15")));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void the_role_with_the_grants_watches_fences_promotes_and_repoints(Binaries binaries)
      throws Exception {
    try (LocalPostgres primary = LocalPostgres.start(binaries, OPTIONS);
        LocalPostgres standby = primary.createStandby("pg2");
        LocalPostgres other = primary.createStandby("pg3")) {
      NodeSpec pg1 = NodeSpec.of("pg1", primary.endpoint());
      NodeSpec pg2 = NodeSpec.of("pg2", standby.endpoint());
      NodeSpec pg3 = NodeSpec.of("pg3", other.endpoint());
      List<NodeSpec> nodes = List.of(pg1, pg2, pg3);
      apply(nodes);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            for (NodeSpec node : nodes) {
              assertThat(NodeCheckup.shortcomings(node, SETTINGS)).isEmpty();
            }
          });
      InMemoryStore store = new InMemoryStore();
      store.write(GuardedWrite.put(Keys.TOPOLOGY, 0, "only its revision is asked for"));
      long revision = store.read(List.of(Keys.TOPOLOGY)).revisionOf(Keys.TOPOLOGY);
      NodeHands hands = new NodeHands(SETTINGS, store);

      assertThat(observe(pg1).standbys()).hasSize(2);
      assertThat(observe(pg2).timeline()).isEqualTo(1);
      done(hands.perform(new NodeAction.Repoint(pg2, pg1)));
      done(hands.perform(new NodeAction.Repoint(pg3, pg1)));
      await()
          .atMost(PATIENCE)
          .until(() -> observe(pg2).upstream().equals(Optional.of(pg1.endpoint())));
      assertThat(
              hands.perform(
                  new NodeAction.ApplySync(pg1, SyncRule.any(1, List.of("pg2")), revision)))
          .isInstanceOf(ActionOutcome.SyncApplied.class);
      assertThat(hands.perform(new NodeAction.ApplySync(pg1, SyncRule.NONE, revision)))
          .isInstanceOf(ActionOutcome.SyncApplied.class);
      assertThat(hands.perform(new NodeAction.StopReceiver(pg2)))
          .isInstanceOf(ActionOutcome.Stopped.class);
      assertThat(hands.perform(new NodeAction.StopReceiver(pg3)))
          .isInstanceOf(ActionOutcome.Stopped.class);
      primary.execute("postgres", "CREATE ROLE victim LOGIN PASSWORD 'v'");
      try (Connection superuser = primary.connect("postgres");
          Connection victim =
              DriverManager.getConnection(primary.jdbcUrl("postgres"), "victim", "v")) {
        done(hands.perform(new NodeAction.Fence(pg1)));

        assertThat(victim.isValid(5)).as("the session of a client").isFalse();
        assertThat(superuser.isValid(5)).as("the session of a superuser").isTrue();
      }
      done(hands.perform(new NodeAction.Unfence(pg1)));
      assertThat(hands.perform(new NodeAction.Promote(pg2, SyncRule.NONE, revision)))
          .isInstanceOf(ActionOutcome.Promoted.class);
      done(hands.perform(new NodeAction.Checkpoint(pg2)));
      done(hands.perform(new NodeAction.Repoint(pg3, pg2)));
      await()
          .atMost(PATIENCE)
          .until(() -> observe(pg3).upstream().equals(Optional.of(pg2.endpoint())));
    }
  }

  @Test
  void what_a_role_lacks_is_named_and_the_statements_too() throws Exception {
    try (LocalPostgres primary = LocalPostgres.start(Binaries.embedded(), OPTIONS)) {
      primary.execute(
          "postgres", "CREATE ROLE howdah LOGIN PASSWORD '" + PASSWORD.replace("'", "''") + "'");

      List<String> found =
          NodeCheckup.shortcomings(NodeSpec.of("pg1", primary.endpoint()), SETTINGS);

      assertThat(found).hasSize(2);
      assertThat(found.getFirst())
          .contains("howdah lacks rights on pg1", "pg_monitor", "howdah grants --print");
      assertThat(found.getLast()).contains("replicator is no role with the attribute REPLICATION");
    }
  }

  @Test
  void giving_them_twice_changes_nothing_more_and_keeps_the_password() throws Exception {
    try (LocalPostgres primary = LocalPostgres.start(Binaries.embedded(), OPTIONS)) {
      List<NodeSpec> nodes = List.of(NodeSpec.of("pg1", primary.endpoint()));

      assertThat(apply(nodes)).contains("created howdah", "created looker", "created replicator");
      String secrets = secrets(primary);

      assertThat(apply(nodes)).contains("granted to howdah");
      assertThat(secrets(primary)).isEqualTo(secrets).contains("SCRAM-SHA-256$");
    }
  }

  private static String secrets(LocalPostgres server) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT string_agg(rolpassword, ' ' ORDER BY rolname) FROM pg_authid")) {
      row.next();
      return row.getString(1);
    }
  }

  private static String apply(List<NodeSpec> nodes) throws Exception {
    return new GrantRun(nodes, SUPERUSER)
        .apply(SCRIPT, Map.of("howdah", PASSWORD, "replicator", PASSWORD));
  }

  private static NodeObservation observe(NodeSpec node) throws SQLException {
    try (NodeProbe probe =
        new NodeProbe(
            node.endpoint(),
            SETTINGS.node(),
            new ProbeDeadlines(Duration.ofSeconds(3), Duration.ofSeconds(3)))) {
      NodeObservation seen = probe.observe();
      if (!seen.inRecovery()) {
        probe.writeHeartbeat();
      }
      return seen;
    }
  }

  private static void done(ActionOutcome outcome) {
    assertThat(outcome).isEqualTo(new ActionOutcome.Done());
  }
}
