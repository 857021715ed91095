package dev.howdah.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private final Latencies latencies = new Latencies();

  @Test
  void nothing_recorded_is_zero() {
    assertThat(latencies.micros(0.99)).isZero();
    assertThat(latencies.count()).isZero();
  }

  @Test
  void percentiles_of_one_to_a_hundred_microseconds() {
    for (int micros = 1; micros <= 100; micros++) {
      latencies.record(TimeUnit.MICROSECONDS.toNanos(micros));
    }
    assertThat(latencies.micros(0.5)).isEqualTo(50);
    assertThat(latencies.micros(0.99)).isEqualTo(99);
    assertThat(latencies.micros(1)).isEqualTo(100);
  }

  @Test
  void one_value_is_every_percentile() {
    latencies.record(7_999);
    assertThat(latencies.micros(0.01)).isEqualTo(7);
    assertThat(latencies.micros(0.99)).isEqualTo(7);
  }

  @Test
  void long_durations_are_told_to_the_millisecond_and_endless_ones_do_not_overflow() {
    latencies.record(TimeUnit.MICROSECONDS.toNanos(1_234_567));
    assertThat(latencies.micros(1)).isEqualTo(1_234_000);
    latencies.record(TimeUnit.DAYS.toNanos(365));
    assertThat(latencies.micros(1)).isGreaterThan(60_000_000);
  }

  @Test
  void clearing_forgets() {
    latencies.record(1_000);
    latencies.clear();
    assertThat(latencies.count()).isZero();
    assertThat(latencies.micros(0.5)).isZero();
  }
}
