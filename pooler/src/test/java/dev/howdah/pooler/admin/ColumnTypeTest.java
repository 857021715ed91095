package dev.howdah.pooler.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnTypeTest {

  @Test
  void numbers_are_decimal_in_text_format() {
    assertThat(ColumnType.INT8.text(42L)).asString().isEqualTo("42");
    assertThat(ColumnType.NUMERIC.text(123_456_789L)).asString().isEqualTo("123456789");
  }

  @Test
  void an_int4_that_does_not_fit_is_cut_at_the_limit() {
    assertThat(ColumnType.INT4.text(1L << 40)).asString().isEqualTo("2147483647");
    assertThat(ColumnType.INT4.binary(1L << 40)).containsExactly(0x7F, 0xFF, 0xFF, 0xFF);
  }

  @Test
  void integers_are_big_endian_in_binary_format() {
    assertThat(ColumnType.INT4.binary(0x01020304)).containsExactly(1, 2, 3, 4);
    assertThat(ColumnType.INT8.binary(-1L)).containsOnly(0xFF).hasSize(8);
  }

  @Test
  void a_numeric_is_digits_to_the_base_10000_in_binary_format() {
    assertThat(ColumnType.NUMERIC.binary(0L)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(ColumnType.NUMERIC.binary(10_002L))
        .containsExactly(0, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 2);
  }
}
