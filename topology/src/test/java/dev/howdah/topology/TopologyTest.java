package dev.howdah.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopologyTest {

  private static final Operation FAILOVER =
      new Operation(
          "op-1",
          OperationKind.FAILOVER,
          "pg1 is dead",
          "node-a",
          Optional.of("pg1"),
          Optional.empty(),
          Lsn.parse("0/5000"),
          Lsn.ZERO);
  private static final Topology SERVING =
      new Topology(
          Epoch.FIRST,
          TopologyState.SERVING,
          "pg1",
          1,
          "7300000000000000001",
          List.of(),
          SyncRules.NONE,
          2_000,
          FAILOVER);

  @Test
  void a_failover_raises_the_epoch_once() {
    var rules = SyncRules.settled(SyncRule.any(1, List.of("pg3")));
    var fenced = SERVING.fenced(FAILOVER);
    var promoting = fenced.promoting("pg2", Lsn.parse("0/4000"));
    var served = promoting.promoted(2, Lsn.parse("0/4010"), rules, 3_000);

    assertThat(fenced.epoch()).isEqualTo(new Epoch(2));
    assertThat(fenced.primary()).isEqualTo("pg1");
    assertThat(fenced.state().permitsWrites()).isFalse();
    assertThat(promoting.state().permitsWrites()).isFalse();
    assertThat(served.primary()).isEqualTo("pg2");
    assertThat(served.epoch()).isEqualTo(new Epoch(2));
    assertThat(served.forkLsn()).isEqualTo(Lsn.parse("0/4010"));
    assertThat(served.operation().estimatedLossBytes()).isEqualTo(0x1000);
  }

  @Test
  void a_fenced_primary_that_serves_again_does_so_in_the_new_epoch() {
    assertThat(SERVING.fenced(FAILOVER).resumed().epoch()).isEqualTo(new Epoch(2));
  }

  @Test
  void the_lease_is_the_same_until_another_node_serves() {
    assertThat(SERVING.fenced(FAILOVER).writeLeaseMillis()).isEqualTo(2_000);
  }

  @Test
  void what_was_written_on_an_earlier_timeline_after_its_fork_is_no_part_of_the_history() {
    var second =
        SERVING
            .fenced(FAILOVER)
            .promoting("pg2", Lsn.parse("0/4000"))
            .promoted(2, Lsn.parse("0/4000"), SyncRules.NONE, 2_000);
    var third =
        second
            .fenced(FAILOVER)
            .promoting("pg3", Lsn.parse("0/6000"))
            .promoted(3, Lsn.parse("0/6000"), SyncRules.NONE, 2_000);

    assertThat(third.includes(3, Lsn.parse("0/9000"))).isTrue();
    assertThat(third.includes(2, Lsn.parse("0/6000"))).isTrue();
    assertThat(third.includes(1, Lsn.parse("0/4000"))).isTrue();
    assertThat(third.includes(1, Lsn.parse("0/5000"))).isFalse();
    assertThat(third.includes(4, Lsn.parse("0/1000"))).isFalse();
  }

  @Test
  void a_lease_too_short_to_renew_is_refused() {
    assertThatThrownBy(
            () -> SERVING.promoting("b", Lsn.ZERO).promoted(2, Lsn.ZERO, SyncRules.NONE, 10))
        .hasMessageContaining("at least 200 ms");
  }
}
