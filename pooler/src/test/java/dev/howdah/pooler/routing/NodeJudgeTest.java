package dev.howdah.pooler.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.NodeRole;
import dev.howdah.pooler.config.RoutingConfig.Limits;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Lsn;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeJudgeTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1_000, Duration.ofSeconds(5));
  private static final NodeFacts PRIMARY = facts(false, 10_000, "1", 3);

  private final NodeJudge judge =
      new NodeJudge(new NodeConfig("pg2", new Endpoint("h", 5432), 1, "", NodeRole.AUTO));
  private final LagHistory history = new LagHistory();

  @Test
  void a_replica_of_the_same_cluster_and_timeline_serves() {
    assertThat(hear(facts(true, 10_000, "1", 3))).isEmpty();
  }

  @Test
  void one_of_another_cluster_says_so() {
    assertThat(hear(facts(true, 10_000, "2", 3))).contains("another cluster", "identifier 2");
  }

  @Test
  void one_on_an_older_timeline_says_so() {
    assertThat(hear(facts(true, 10_000, "1", 2))).contains("old timeline 2", "primary on 3");
  }

  @Test
  void a_second_primary_serves_nothing() {
    assertThat(hear(facts(false, 10_000, "1", 3))).isEqualTo("is a second primary");
  }

  @Test
  void one_that_lags_comes_back_when_it_is_half_as_far_behind() {
    history.add(1, new Lsn(10_000));

    assertThat(hear(facts(true, 8_500, "1", 3))).contains("1500 bytes behind");
    assertThat(hear(facts(true, 9_400, "1", 3))).contains("600 bytes behind");
    assertThat(hear(facts(true, 9_600, "1", 3))).isEmpty();
  }

  @Test
  void one_that_was_silent_serves_after_two_answers() {
    hear(facts(true, 10_000, "1", 3));
    judge.onSilence("does not answer");
    assertThat(exclusion()).isEqualTo("does not answer");

    assertThat(hear(facts(true, 10_000, "1", 3))).isEqualTo("has just come back");
    assertThat(hear(facts(true, 10_000, "1", 3))).isEmpty();
  }

  @Test
  void the_end_of_wal_is_before_a_page_header() {
    assertThat(NodeFacts.endOfWal(new Lsn(8192 + 24), 8192, 1 << 24)).isEqualTo(new Lsn(8192));
    assertThat(NodeFacts.endOfWal(new Lsn((1 << 24) + 40), 8192, 1 << 24))
        .isEqualTo(new Lsn(1 << 24));
    assertThat(NodeFacts.endOfWal(new Lsn(8192 + 40), 8192, 1 << 24)).isEqualTo(new Lsn(8192 + 40));
  }

  @Test
  void lag_is_the_age_of_what_is_missing() {
    history.add(1_000_000_000L, new Lsn(100));
    history.add(3_000_000_000L, new Lsn(200));

    assertThat(history.lagNanos(new Lsn(200), 9_000_000_000L)).isZero();
    assertThat(history.lagNanos(new Lsn(150), 9_000_000_000L)).isEqualTo(6_000_000_000L);
    assertThat(history.lagNanos(new Lsn(50), 9_000_000_000L)).isEqualTo(8_000_000_000L);
  }

  private String hear(NodeFacts facts) {
    judge.onFacts(facts, 1);
    return exclusion();
  }

  private String exclusion() {
    return judge.state(false, PRIMARY, history, LIMITS, 2).exclusion();
  }

  private static NodeFacts facts(boolean standby, long at, String system, int timeline) {
    return new NodeFacts(standby, new Lsn(at), new Lsn(at), system, timeline, 8192, 1 << 24);
  }
}
