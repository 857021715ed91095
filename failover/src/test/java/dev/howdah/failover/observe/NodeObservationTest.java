package dev.howdah.failover.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Lsn;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeObservationTest {

  @Test
  void lag_is_counted_from_what_the_standby_has_replayed_not_received() {
    var primary = node(false, 1, "0/5000", "0/5000");
    var standby = node(true, 1, "0/5000", "0/4000");

    assertThat(standby.lagBytesBehind(primary)).isEqualTo(0x1000);
  }

  @Test
  void a_standby_asked_after_its_primary_is_never_ahead_of_it() {
    var primary = node(false, 1, "0/5000", "0/5000");
    var standby = node(true, 1, "0/6000", "0/6000");

    assertThat(standby.lagBytesBehind(primary)).isZero();
  }

  @Test
  void nodes_on_two_timelines_do_not_share_history() {
    var primary = node(false, 2, "0/5000", "0/5000");

    assertThat(node(true, 2, "0/5000", "0/5000").sharesHistoryWith(primary)).isTrue();
    assertThat(node(true, 1, "0/5000", "0/5000").sharesHistoryWith(primary)).isFalse();
  }

  private static NodeObservation node(
      boolean inRecovery, int timeline, String position, String replayed) {
    return new NodeObservation(
        new Endpoint("127.0.0.1", 5432),
        inRecovery,
        "7300000000000000001",
        timeline,
        Lsn.parse(position),
        Lsn.parse(replayed),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        0);
  }
}
