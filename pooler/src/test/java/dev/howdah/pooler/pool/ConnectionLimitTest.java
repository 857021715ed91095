package dev.howdah.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
  private final ConnectionLimit limit = new ConnectionLimit();

  @Test
  void there_are_as_many_places_as_the_limit_says() {
    assertThat(limit.tryTake(2)).isTrue();
    assertThat(limit.tryTake(2)).isTrue();
    assertThat(limit.tryTake(2)).isFalse();
    assertThat(limit.used()).isEqualTo(2);
  }

  @Test
  void a_place_given_back_can_be_taken_again() {
    limit.tryTake(1);

    limit.giveBack();

    assertThat(limit.tryTake(1)).isTrue();
  }

  @Test
  void zero_is_no_limit_but_is_counted() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(limit.tryTake(0)).isTrue();
    }

    assertThat(limit.used()).isEqualTo(1_000);
    assertThat(limit.tryTake(1_000)).as("a lower limit later").isFalse();
  }
}
