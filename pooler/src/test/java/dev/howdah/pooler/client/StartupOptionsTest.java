package dev.howdah.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.howdah.wire.error.PoolerException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartupOptionsTest {

  @Test
  void everything_but_who_and_where_is_a_setting() {
    var read =
        StartupOptions.read(
            Map.of(
                "user", "anna",
                "database", "erp",
                "replication", "off",
                "_pq_.x", "1",
                "TimeZone", "UTC",
                "my.own", "2"),
            List.of());

    assertThat(read.values()).containsOnly(Map.entry("timezone", "UTC"), Map.entry("my.own", "2"));
  }

  @Test
  void what_is_to_be_ignored_is_ignored_in_options_as_well() {
    var read =
        StartupOptions.read(
            Map.of("extra_float_digits", "2", "options", "-c extra_float_digits=3 -c geqo=off"),
            List.of("extra_float_digits"));

    assertThat(read.values()).containsOnly(Map.entry("geqo", "off"));
    assertThat(StartupOptions.read(Map.of("options", "-x"), List.of("options")).values()).isEmpty();
  }

  @Test
  void options_may_be_given_in_three_ways() {
    assertThat(options("-c geqo=off -cjit=on --work_mem=4MB"))
        .containsOnly(
            Map.entry("geqo", "off"), Map.entry("jit", "on"), Map.entry("work_mem", "4MB"));
  }

  @Test
  void a_dash_in_a_name_is_an_underscore_but_not_in_a_value() {
    assertThat(options("--Search-Path=a-b")).containsOnly(Map.entry("search_path", "a-b"));
  }

  @Test
  void a_value_may_hold_an_equals_sign_or_nothing() {
    assertThat(options("-c a=b=c -c d=")).containsOnly(Map.entry("a", "b=c"), Map.entry("d", ""));
  }

  @Test
  void words_are_separated_by_any_white_space() {
    assertThat(options("  -c\ta=1\n\u000B-c  b=2\r\f")).containsOnlyKeys("a", "b");
    assertThat(options("")).isEmpty();
    assertThat(options("   ")).isEmpty();
  }

  @Test
  void a_backslash_takes_the_next_character_as_it_is() {
    assertThat(options("-c search_path=a\\ b\\\\c")).containsEntry("search_path", "a b\\c");
    assertThat(options("-c a=\\x")).containsEntry("a", "x");
  }

  @Test
  void a_backslash_at_the_end_is_dropped() {
    assertThat(options("-c a=b\\")).containsEntry("a", "b");
  }

  @Test
  void a_parameter_of_its_own_wins_over_options_and_the_last_option_wins() {
    var read =
        StartupOptions.read(
            Map.of("options", "-c timezone=GMT -c jit=on -c jit=off", "TimeZone", "UTC"),
            List.of());

    assertThat(read.values()).containsOnly(Map.entry("timezone", "UTC"), Map.entry("jit", "off"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-c", "-c a", "-c =b", "--", "--a", "-B 100", "a=b", "\\"})
  void what_is_no_setting_is_refused_with_22023(String options) {
    var refused = catchThrowableOfType(PoolerException.class, () -> options(options));

    assertThat(refused.fields().sqlState()).isEqualTo("22023");
  }

  private static Map<String, String> options(String options) {
    return StartupOptions.read(Map.of("options", options), List.of()).values();
  }
}
