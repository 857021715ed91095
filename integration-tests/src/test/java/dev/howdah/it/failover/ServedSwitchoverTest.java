package dev.howdah.it.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.failover.operate.ClusterDesk;
import dev.howdah.failover.operate.OperatorAnswer;
import dev.howdah.failover.store.EtcdOptions;
import dev.howdah.failover.store.EtcdStore;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.TopologyState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Switchovers of a cluster as an operator has it, with clients of two poolers. */
class ServedSwitchoverTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int WRITERS = 4;

  private @TempDir Path folder;

  @BeforeEach
  void etcd_is_needed() {
    assumeTrue(EtcdServer.isInstalled(), EtcdServer.PROGRAM + " is missing");
  }

  @Test
  void clients_of_both_poolers_wait_and_nothing_fails() throws Exception {
    try (ServedCluster cluster = ServedCluster.start(folder, "");
        EtcdStore store = new EtcdStore(EtcdOptions.of(cluster.etcd.endpoints(), "/howdah/main/"));
        Writers writers = new Writers(cluster, WRITERS)) {
      ClusterDesk desk = new ClusterDesk(store);
      await().atMost(PATIENCE).until(() -> writers.acknowledged() > 300);

      for (String to : new String[] {"pg2", "pg3"}) {
        awaitStreaming(desk, to);
        assertThat(ask(desk, to).outcome()).startsWith(to + " is primary on timeline");
        int timeline = cluster.topology().timeline();
        await().atMost(PATIENCE).until(() -> writers.acknowledgedOn(timeline) > 200);
        System.out.println(desk.viewWithHistory().history().getLast().phaseMillis());
      }

      Writers.Report report = writers.stop("two switchovers through two poolers");
      assertThat(report.errors()).isEmpty();
      assertThat(report.lost()).isEmpty();
      assertThat(report.doubled()).isEmpty();
    }
  }

  @Test
  void a_leader_that_dies_in_the_middle_leaves_it_to_the_next() throws Exception {
    try (ServedCluster cluster = ServedCluster.start(folder, "");
        EtcdStore store = new EtcdStore(EtcdOptions.of(cluster.etcd.endpoints(), "/howdah/main/"));
        Writers writers = new Writers(cluster, WRITERS)) {
      ClusterDesk desk = new ClusterDesk(store);
      await().atMost(PATIENCE).until(() -> writers.acknowledged() > 300);
      awaitStreaming(desk, "pg2");
      Process leader = cluster.pooler(cluster.leader());

      OperatorRequest request =
          OperatorRequest.switchover("r", Optional.of("pg2"), "test", System.currentTimeMillis());
      assertThat(desk.submit(request)).isInstanceOf(OperatorAnswer.Written.class);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> cluster.topology().state() != TopologyState.SERVING);
      leader.destroyForcibly();

      OperatorRequest answer = awaitAnswer(desk);
      int before = writers.acknowledged();
      await().atMost(PATIENCE).until(() -> writers.acknowledged() > before + 100);
      Writers.Report report = writers.stop("leader killed in a switchover: " + answer.outcome());
      assertThat(cluster.topology().state()).isEqualTo(TopologyState.SERVING);
      assertThat(report.lost()).isEmpty();
      assertThat(report.doubled()).isEmpty();
    }
  }

  private static OperatorRequest ask(ClusterDesk desk, String to) throws Exception {
    OperatorRequest request =
        OperatorRequest.switchover("to-" + to, Optional.of(to), "test", System.currentTimeMillis());
    assertThat(desk.submit(request)).isInstanceOf(OperatorAnswer.Written.class);
    return awaitAnswer(desk);
  }

  private static OperatorRequest awaitAnswer(ClusterDesk desk) throws Exception {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> desk.view().request().orElseThrow().state().isOver());
    return desk.view().request().orElseThrow();
  }

  private static void awaitStreaming(ClusterDesk desk, String node) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> desk.view().observations().get(node).streaming());
  }
}
