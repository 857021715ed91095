package dev.howdah.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {

  @ParameterizedTest
  @ValueSource(strings = {"0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF", "0/1"})
  void the_text_form_survives_a_round_trip(String text) {
    assertThat(Lsn.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "1/", "/1", "16B374D848", "1/2/3", "G/0", "111111111/0"})
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> Lsn.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an LSN");
  }

  @Test
  void positions_compare_as_unsigned_numbers() {
    assertThat(Lsn.parse("FFFFFFFF/0")).isGreaterThan(Lsn.parse("7FFFFFFF/0"));
  }

  @Test
  void bytes_behind_is_never_negative() {
    assertThat(Lsn.parse("0/10").bytesBehind(Lsn.parse("0/30"))).isEqualTo(0x20);
    assertThat(Lsn.parse("0/30").bytesBehind(Lsn.parse("0/10"))).isZero();
  }
}
