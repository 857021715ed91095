package dev.howdah.failover.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.failover.decide.EvidenceTracker.Outcome;
import dev.howdah.topology.Evidence;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EvidenceTrackerTest {

  private long now = Long.MAX_VALUE - 1_000; // the clock wraps around early on
  private final EvidenceTracker tracker = new EvidenceTracker(now);

  @Test
  void a_reset_and_three_refusals_are_hard_evidence_at_once() {
    after(0, Outcome.ANSWERED);
    after(250, Outcome.RESET);
    after(100, Outcome.REFUSED);
    assertThat(after(100, Outcome.REFUSED)).isEqualTo(Evidence.HEALTHY);

    assertThat(after(100, Outcome.REFUSED)).isEqualTo(Evidence.HARD);
  }

  @Test
  void refusals_to_somebody_who_never_held_a_connection_take_two_seconds() {
    after(0, Outcome.REFUSED);
    after(100, Outcome.REFUSED);
    assertThat(after(100, Outcome.REFUSED)).isEqualTo(Evidence.UNKNOWN);

    assertThat(after(1900, Outcome.REFUSED)).isEqualTo(Evidence.HARD);
  }

  @Test
  void silence_takes_two_seconds() {
    after(0, Outcome.ANSWERED);
    assertThat(after(1000, Outcome.TIMED_OUT)).isEqualTo(Evidence.HEALTHY);
    assertThat(after(900, Outcome.TIMED_OUT)).isEqualTo(Evidence.SLOW);

    assertThat(after(300, Outcome.TIMED_OUT)).isEqualTo(Evidence.SILENT);
  }

  @Test
  void a_server_that_says_it_recovers_is_recovering_however_long_it_takes() {
    after(0, Outcome.ANSWERED);
    after(100, Outcome.RESET);
    for (int i = 0; i < 100; i++) {
      assertThat(after(250, Outcome.STARTING)).isEqualTo(Evidence.RECOVERING);
    }
    assertThat(after(250, Outcome.ANSWERED)).isEqualTo(Evidence.HEALTHY);
  }

  @Test
  void a_server_that_lets_nobody_in_is_slow_and_no_worse() {
    after(0, Outcome.ANSWERED);
    for (int i = 0; i < 100; i++) {
      assertThat(after(250, Outcome.UNWELCOME)).isEqualTo(Evidence.SLOW);
    }
  }

  @Test
  void refusals_with_a_silence_between_them_do_not_add_up() {
    after(0, Outcome.ANSWERED);
    after(100, Outcome.RESET);
    after(100, Outcome.REFUSED);
    after(100, Outcome.REFUSED);
    after(100, Outcome.TIMED_OUT);

    assertThat(after(100, Outcome.REFUSED)).isNotEqualTo(Evidence.HARD);
  }

  private Evidence after(long millis, Outcome outcome) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
    tracker.record(outcome, now);
    return tracker.evidence(now);
  }
}
