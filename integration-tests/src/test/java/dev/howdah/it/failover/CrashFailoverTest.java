package dev.howdah.it.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A primary that dies or stops, with clients behind the gates that a pooler has. */
class CrashFailoverTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @BeforeEach
  void etcd_is_needed() {
    assumeTrue(
        EtcdServer.isInstalled(), "no test of failover: " + EtcdServer.PROGRAM + " is missing");
  }

  @Test
  void when_the_primary_is_killed_a_standby_takes_over_and_the_other_follows_it() throws Exception {
    try (FailoverCluster cluster = FailoverCluster.start(SynchronousMode.OFF)) {
      cluster.awaitAcknowledged(1, 200);
      LocalPostgres old = cluster.server("pg1");

      ProcessHandle.of(old.pid()).orElseThrow().destroyForcibly();
      cluster.awaitAcknowledged(2, 200);

      Topology topology = cluster.topology();
      assertThat(topology.primary()).isIn("pg2", "pg3");
      assertThat(topology.timeline()).isEqualTo(2);
      report("kill -9, asynchronous", cluster);
      String other = topology.primary().equals("pg2") ? "pg3" : "pg2";
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(
                      cluster.ask(
                          cluster.server(topology.primary()),
                          "SELECT string_agg(application_name, ',') FROM pg_stat_replication"))
                  .isEqualTo(other));
      await().atMost(PATIENCE).until(() -> cluster.hasHistory(topology));
    }
  }

  @Test
  void in_synchronous_mode_nothing_acknowledged_is_lost() throws Exception {
    try (FailoverCluster cluster = FailoverCluster.start(SynchronousMode.ON)) {
      await()
          .atMost(PATIENCE)
          .until(() -> cluster.topology().sync().toString().equals("any 1 of pg2, pg3"));
      int before = cluster.writer.acknowledged().size();
      await().atMost(PATIENCE).until(() -> cluster.writer.acknowledged().size() > before + 200);

      ProcessHandle.of(cluster.server("pg1").pid()).orElseThrow().destroyForcibly();
      cluster.awaitAcknowledged(2, 200);

      assertThat(report("kill -9, synchronous", cluster)).isEmpty();
    }
  }

  @Test
  void a_primary_that_was_frozen_wakes_up_fenced_and_unheard() throws Exception {
    try (FailoverCluster cluster = FailoverCluster.start(SynchronousMode.OFF)) {
      cluster.awaitAcknowledged(1, 200);
      LocalPostgres old = cluster.server("pg1");

      FailoverCluster.signal("STOP", old);
      try {
        cluster.awaitAcknowledged(2, 200);
      } finally {
        FailoverCluster.signal("CONT", old);
      }

      report("SIGSTOP", cluster);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(cluster.ask(old, "SHOW default_transaction_read_only")).isEqualTo("on"));
      assertThat(cluster.topology().primary()).isNotEqualTo("pg1");
    }
  }

  /** Prints what the fault cost, and returns the acknowledged rows that are gone. */
  private static Set<Long> report(String fault, FailoverCluster cluster) throws Exception {
    Set<Long> lost = cluster.lostOn(cluster.topology().primary());
    System.out.printf(
        "%s: %d acknowledged, %d lost, %d of unknown outcome, longest gap %d ms%n",
        fault,
        cluster.writer.acknowledged().size(),
        lost.size(),
        cluster.writer.unknownOutcomes(),
        cluster.writer.longestGapMillis());
    return lost;
  }
}
