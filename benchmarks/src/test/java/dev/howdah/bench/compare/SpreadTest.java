package dev.howdah.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void takes_the_middle_one() {
    assertThat(Spread.of(DoubleStream.of(9, 1, 4))).isEqualTo(new Spread(4, 1, 9));
  }

  @Test
  void takes_the_mean_of_the_two_in_the_middle() {
    assertThat(Spread.of(DoubleStream.of(8, 1, 4, 2))).isEqualTo(new Spread(3, 1, 8));
  }

  @Test
  void needs_a_figure() {
    assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(DoubleStream.empty()));
  }

  @Test
  void ratios_are_taken_round_by_round() {
    // The machine was twice as slow in the second round; the ratio does not care.
    Spread ratios = Spread.ofRatios(List.of(8.0, 16.0, 9.0), List.of(10.0, 20.0, 10.0));
    assertThat(ratios.ratio()).isEqualTo("0.80");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Spread.ofRatios(List.of(1.0), List.of(1.0, 2.0)));
  }

  @Test
  void shows_digits_where_they_mean_something() {
    assertThat(new Spread(21.94, 20, 1234.5).text()).isEqualTo("21.9 [20.0..1235]");
  }
}
