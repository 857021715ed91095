package dev.howdah.it.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.it.failover.Writers.Report;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults under load, with everything as an operator has it: processes of {@code howdah serve},
 * three servers, three members of etcd. Each prints what was lost, doubled and refused, and the
 * longest time without an acknowledged write. {@code -Dchaos.seconds} holds each fault for longer.
 */
class ServedFaultsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SECONDS = Integer.getInteger("chaos.seconds", 4);
  private static final int WRITERS = 4;

  @TempDir private Path folder;

  @BeforeEach
  void etcd_is_needed() {
    assumeTrue(EtcdServer.isInstalled(), EtcdServer.PROGRAM + " is missing");
  }

  @Test
  void a_killed_primary_is_replaced_and_what_was_in_flight_is_unknown() throws Exception {
    try (ServedCluster cluster = ServedCluster.start(folder, "");
        Writers writers = new Writers(cluster, WRITERS)) {
      awaitAcknowledged(writers, 300);
      CompletableFuture<String> busy = CompletableFuture.supplyAsync(() -> writeSlowly(cluster));
      TimeUnit.MILLISECONDS.sleep(500);

      kill(cluster.server("pg1"));
      awaitTimeline(writers, 2);

      Report report = writers.stop("kill -9 of the primary, asynchronous");
      assertThat(report.doubled()).isEmpty();
      assertThat(report.lostLate()).isEmpty();
      // Its server process goes on for a while without a postmaster, and is not listened to.
      assertThat(busy.get(30, TimeUnit.SECONDS)).isEqualTo("08007");
    }
  }

  @Test
  void in_synchronous_mode_nothing_is_lost_not_even_by_cancelled_waits() throws Exception {
    try (ServedCluster cluster = ServedCluster.start(folder, "synchronous_mode = on");
        Writers writers = new Writers(cluster, WRITERS)) {
      awaitSynchronous(cluster);
      awaitAcknowledged(writers, writers.acknowledged() + 200);
      Thread storm = Thread.startVirtualThread(() -> cancelAll(cluster.server("pg1")));
      TimeUnit.SECONDS.sleep(1);

      kill(cluster.server("pg1"));
      awaitTimeline(writers, 2);
      storm.join();

      Report report = writers.stop("kill -9 of the primary during cancels, synchronous");
      assertThat(report.lost()).isEmpty();
      assertThat(report.doubled()).isEmpty();
    }
  }

  @Test
  void a_frozen_primary_wakes_up_to_nobody() throws Exception {
    try (ServedCluster cluster = ServedCluster.start(folder, "");
        Writers writers = new Writers(cluster, WRITERS)) {
      awaitAcknowledged(writers, 300);
      LocalPostgres old = cluster.server("pg1");

      FailoverCluster.signal("STOP", old);
      try {
        awaitTimeline(writers, 2);
      } finally {
        FailoverCluster.signal("CONT", old);
      }
      awaitAcknowledged(writers, writers.acknowledged() + 300);

      Report report = writers.stop("SIGSTOP of the whole primary");
      assertThat(report.doubled()).isEmpty();
      assertThat(report.lostLate()).isEmpty();
    }
  }

  @Test
  void poolers_and_leaders_that_sleep_through_a_failover_do_no_harm() throws Exception {
    try (ServedCluster cluster = ServedCluster.start(folder, "synchronous_mode = on");
        Writers writers = new Writers(cluster, WRITERS)) {
      awaitSynchronous(cluster);
      awaitAcknowledged(writers, writers.acknowledged() + 200);
      long leader = cluster.pooler(cluster.leader()).pid();

      kill(cluster.server("pg1"));
      TimeUnit.MILLISECONDS.sleep(150);
      ServedCluster.signal("STOP", leader);
      try {
        awaitTimeline(writers, 2);
        TimeUnit.SECONDS.sleep(SECONDS);
      } finally {
        ServedCluster.signal("CONT", leader);
      }
      awaitAcknowledged(writers, writers.acknowledged() + 300);

      Report report = writers.stop("SIGSTOP of the leader's process during a failover");
      assertThat(report.lost()).isEmpty();
      assertThat(report.doubled()).isEmpty();
    }
  }

  @Test
  void trouble_in_etcd_is_no_failover() throws Exception {
    try (ServedCluster cluster = ServedCluster.start(folder, "");
        Writers writers = new Writers(cluster, WRITERS)) {
      awaitAcknowledged(writers, 300);

      for (int member = 0; member < EtcdTrio.SIZE; member++) {
        cluster.etcd.freeze(member);
        TimeUnit.SECONDS.sleep(3);
        cluster.etcd.thaw(member);
        TimeUnit.SECONDS.sleep(2);
      }
      awaitAcknowledged(writers, writers.acknowledged() + 100);
      System.out.println("one frozen member of etcd after the other: " + writers.errors());
      cluster.etcd.freeze(0);
      cluster.etcd.freeze(1);
      TimeUnit.SECONDS.sleep(SECONDS);
      cluster.etcd.thaw(0);
      cluster.etcd.thaw(1);
      awaitAcknowledged(writers, writers.acknowledged() + 300);

      Report report = writers.stop("a member of etcd frozen, then its majority");
      assertThat(report.lost()).isEmpty();
      assertThat(report.doubled()).isEmpty();
      assertThat(cluster.topology().epoch().value()).isEqualTo(1);
    }
  }

  private static void kill(LocalPostgres server) {
    ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
  }

  private static void awaitAcknowledged(Writers writers, int count) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(writers.acknowledged())
                .as(() -> "acknowledged, with errors " + writers.errors())
                .isGreaterThan(count));
  }

  private static void awaitTimeline(Writers writers, int timeline) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(writers.acknowledgedOn(timeline))
                .as(() -> "acknowledged on timeline " + timeline + ", errors " + writers.errors())
                .isGreaterThan(200));
  }

  private static void awaitSynchronous(ServedCluster cluster) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.topology().sync().toString().equals("any 1 of pg2, pg3"));
  }

  private static String writeSlowly(ServedCluster cluster) {
    try (Connection connection = DriverManager.getConnection(cluster.url(0));
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO written SELECT -1 FROM pg_sleep(2)");
      return "acknowledged";
    } catch (SQLException e) {
      return String.valueOf(e.getSQLState());
    }
  }

  private static void cancelAll(LocalPostgres server) {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      while (true) {
        statement.execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      }
    } catch (SQLException _) {
      return; // it was killed
    }
  }
}
