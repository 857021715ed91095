package dev.howdah.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.SynchronousMode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigKeysTest {

  @Test
  void what_is_shown_can_be_read_again() {
    DynamicConfig config =
        new DynamicConfig(true, SynchronousMode.STRICT, 2, 16 << 20, 1_500, 3_000);

    assertThat(
            ConfigKeys.with(DynamicConfig.DEFAULTS, ConfigKeys.document(config).lines().toList()))
        .isEqualTo(config);
  }

  @Test
  void the_difference_shows_what_was_and_what_will_be() {
    DynamicConfig after =
        ConfigKeys.with(
            DynamicConfig.DEFAULTS, List.of("synchronous_mode = on", "write_lease=1500ms"));

    assertThat(ConfigKeys.difference(DynamicConfig.DEFAULTS, after))
        .containsExactly(
            "- synchronous_mode = off",
            "+ synchronous_mode = on",
            "- write_lease = 2s",
            "+ write_lease = 1500ms");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "paused=maybe | paused is maybe, must be yes or no",
        "synchronous_mode=sometimes | synchronous_mode is sometimes, must be off, on or strict",
        "write_lease=fast | write_lease is fast, must be a time such as 2s or 500ms",
        "maximum_lag_on_failover=much | maximum_lag_on_failover is much, must be a size such as 1MB",
        "synchronous_node_count=0 | synchronous_node_count is 0, must be at least 1",
        "write_lease | not KEY = VALUE: write_lease"
      })
  void what_is_wrong_is_named_with_what_would_be_right(String line, String message) {
    assertThatThrownBy(() -> ConfigKeys.with(DynamicConfig.DEFAULTS, List.of(line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void an_unknown_setting_is_answered_with_those_there_are() {
    assertThatThrownBy(() -> ConfigKeys.with(DynamicConfig.DEFAULTS, List.of("ttl = 30")))
        .hasMessageStartingWith("there is no setting ttl; there are paused, synchronous_mode");
  }
}
