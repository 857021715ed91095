package dev.howdah.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WriteLeaseTest {

  @Test
  void it_permits_its_own_epoch_until_its_deadline() {
    var lease = new WriteLease(4, 1_000);

    assertThat(lease.permits(4, 999)).isTrue();
    assertThat(lease.permits(4, 1_000)).isFalse();
    assertThat(lease.permits(3, 0)).isFalse();
    assertThat(lease.permits(5, 0)).isFalse();
  }

  @Test
  void a_clock_that_wraps_around_does_no_harm() {
    var lease = new WriteLease(4, Long.MIN_VALUE + 10);

    assertThat(lease.permits(4, Long.MAX_VALUE - 10)).isTrue();
    assertThat(lease.permits(4, Long.MIN_VALUE + 11)).isFalse();
  }

  @Test
  void no_lease_permits_nothing() {
    assertThat(WriteLease.NONE.permits(0, -1)).isFalse();
  }
}
