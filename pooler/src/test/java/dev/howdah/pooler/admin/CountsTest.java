package dev.howdah.pooler.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CountsTest {
  private static final Counts BEFORE = new Counts(10, 20, 30, 1_000, 2_000, 500, 600, 700);

  @Test
  void averages_are_per_second_and_durations_per_event() {
    Counts now = new Counts(20, 40, 130, 3_000, 6_000, 2_500, 1_600, 1_700);

    assertThat(now.averageSince(BEFORE, Duration.ofSeconds(10).toNanos()))
        .isEqualTo(new Counts(1, 2, 10, 200, 400, 100, 10, 100));
  }

  @Test
  void where_nothing_happened_averages_are_zero() {
    assertThat(BEFORE.averageSince(BEFORE, 1)).isEqualTo(Counts.NONE);
  }
}
