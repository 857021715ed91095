package dev.howdah.it.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.cli.postgres.Binaries;
import dev.howdah.failover.operate.OperatorAnswer;
import dev.howdah.topology.Observation;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import dev.howdah.topology.UnmovablePolicy;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A primary that is moved on request, with clients behind the gates that a pooler has. {@code
 * -Dswitchovers=N} moves it N times.
 */
class SwitchoverTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TIMES = Integer.getInteger("switchovers", 4);

  @BeforeEach
  void etcd_and_pg_rewind_are_needed() {
    assumeTrue(EtcdServer.isInstalled(), EtcdServer.PROGRAM + " is missing");
    assumeTrue(Binaries.installed(15).isPresent(), "PostgreSQL 15 of Debian is missing");
  }

  @Test
  void the_primary_moves_back_and_forth_and_clients_notice_nothing_but_a_pause() throws Exception {
    try (FailoverCluster cluster =
        FailoverCluster.start(SynchronousMode.OFF, Binaries.installed(15).orElseThrow())) {
      cluster.awaitAcknowledged(1, 200);
      List<Long> pauses = new ArrayList<>();

      for (int i = 1; i <= TIMES; i++) {
        String from = cluster.topology().primary();
        String to = from.equals("pg1") ? "pg2" : "pg1";
        int before = cluster.writer.acknowledged().size();
        OperatorRequest done = move(cluster, "r" + i, to);
        if (done.state() == RequestState.FAILED && done.outcome().contains("is still primary")) {
          // A standby that has just come back may pause before it asks for WAL again.
          System.out.println("rolled back: " + done.outcome());
          awaitStandbys(cluster, from, to);
          before = cluster.writer.acknowledged().size();
          done = move(cluster, "r" + i + "-again", to);
        }
        assertThat(done.state()).as(done.toString()).isEqualTo(RequestState.DONE);
        Topology topology = cluster.topology();
        assertThat(topology.primary()).isEqualTo(to);
        cluster.awaitAcknowledged(topology.epoch().value(), 100);
        pauses.add(cluster.writer.longestGapMillis(before));
        awaitHistory(cluster, topology);
        cluster.rejoin(from, to);
        awaitStandbys(cluster, to, from);
      }

      pauses.sort(null);
      System.out.printf(
          "%d switchovers: pause %d ms median, %d ms worst, all %s; %d acknowledged, %d lost, %d of unknown outcome%n",
          TIMES,
          pauses.get(pauses.size() / 2),
          pauses.getLast(),
          pauses,
          cluster.writer.acknowledged().size(),
          cluster.lostOn(cluster.topology().primary()).size(),
          cluster.writer.unknownOutcomes());
      assertThat(cluster.lostOn(cluster.topology().primary())).isEmpty();
      assertThat(cluster.writer.unknownOutcomes()).isZero();
    }
  }

  private static OperatorRequest move(FailoverCluster cluster, String id, String to)
      throws Exception {
    return ask(
        cluster,
        OperatorRequest.switchover(id, Optional.of(to), "test", System.currentTimeMillis()));
  }

  @Test
  void what_cannot_work_is_refused_by_name_and_two_operators_hear_of_each_other() throws Exception {
    try (FailoverCluster cluster =
        FailoverCluster.start(SynchronousMode.OFF, Binaries.installed(15).orElseThrow())) {
      cluster.awaitAcknowledged(1, 50);
      long now = System.currentTimeMillis();

      assertThat(ask(cluster, OperatorRequest.switchover("a", Optional.of("pg9"), "test", now)))
          .extracting(OperatorRequest::state, OperatorRequest::outcome)
          .containsExactly(
              RequestState.FAILED, "not begun: there is no node pg9; the nodes are pg1, pg2, pg3");
      assertThat(ask(cluster, OperatorRequest.failover("b", Optional.empty(), false, "test", now)))
          .extracting(OperatorRequest::outcome)
          .asString()
          .startsWith("pg1 answers, so a switchover moves the primary without losing anything");
      OperatorRequest dry =
          ask(cluster, OperatorRequest.switchover("c", Optional.of("pg3"), "test", now).asDryRun());
      System.out.println("dry run: " + dry.checks());
      assertThat(dry.outcome()).isEqualTo("it would be begun, to pg3");

      OperatorRequest later =
          OperatorRequest.switchover("d", Optional.empty(), "ada", now).at(now + 3_600_000);
      assertThat(cluster.desk().submit(later)).isInstanceOf(OperatorAnswer.Written.class);
      assertThat(
              cluster.desk().submit(OperatorRequest.switchover("e", Optional.empty(), "bob", now)))
          .isEqualTo(
              new OperatorAnswer.Refused(
                  "ada has asked for a switchover, which is still to begin; wait for it, or take it"
                      + " back with howdah cancel"));
      assertThat(cluster.desk().cancel("bob", Optional.of("d")))
          .isInstanceOf(OperatorAnswer.Written.class);
      assertThat(cluster.topology().epoch().value()).isEqualTo(1);
      assertThat(cluster.writer.unknownOutcomes()).isZero();
    }
  }

  @Test
  void a_transaction_that_does_not_end_cancels_the_switchover() throws Exception {
    try (FailoverCluster cluster =
        FailoverCluster.start(SynchronousMode.OFF, Binaries.installed(15).orElseThrow())) {
      cluster.awaitAcknowledged(1, 50);
      cluster.writer.hold(true);
      try {
        OperatorRequest request =
            OperatorRequest.switchover("a", Optional.of("pg2"), "test", System.currentTimeMillis())
                .draining(500, UnmovablePolicy.WAIT);

        OperatorRequest answer = ask(cluster, request);

        assertThat(answer.outcome())
            .isEqualTo(
                "pg1 is still primary: not drained within 500 ms: transactions still run through p1");
      } finally {
        cluster.writer.hold(false);
      }
      int before = cluster.writer.acknowledged().size();
      await().atMost(PATIENCE).until(() -> cluster.writer.acknowledged().size() > before + 50);
      assertThat(cluster.topology().epoch().value()).isEqualTo(1);
      try (Connection connection = cluster.server("pg1").connect("postgres");
          Statement statement = connection.createStatement()) {
        statement.execute("BEGIN");
        statement.execute("SELECT txid_current()");
        Thread.sleep(1_200);
        OperatorRequest refused =
            ask(
                cluster,
                OperatorRequest.switchover(
                        "b", Optional.of("pg2"), "test", System.currentTimeMillis())
                    .draining(1_000, UnmovablePolicy.WAIT));
        assertThat(refused.outcome())
            .contains("has been in a transaction for")
            .contains("longer than the drain timeout of 1000 ms");
      }
    }
  }

  private static OperatorRequest ask(FailoverCluster cluster, OperatorRequest request)
      throws Exception {
    assertThat(cluster.desk().submit(request)).isInstanceOf(OperatorAnswer.Written.class);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> cluster.desk().view().request().orElseThrow().state().isOver());
    return cluster.desk().view().request().orElseThrow();
  }

  private static void awaitHistory(FailoverCluster cluster, Topology topology) throws Exception {
    await().atMost(PATIENCE).until(() -> cluster.hasHistory(topology));
    System.out.println(cluster.desk().viewWithHistory().history().getLast().phaseMillis());
  }

  /** Until both standbys stream, and the leader has seen it. */
  private static void awaitStandbys(FailoverCluster cluster, String primary, String rejoined) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    cluster.ask(
                        cluster.server(primary), "SELECT count(*) FROM pg_stat_replication"))
                .isEqualTo("2"));
    await()
        .atMost(PATIENCE)
        .until(() ->
            Optional.ofNullable(cluster.desk().view().observations().get(rejoined))
                .filter(Observation::streaming)
                .isPresent());
  }
}
