package dev.howdah.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-11-22T22:10:00+01:00");

  @ParameterizedTest
  @CsvSource({
    "23:30, 2026-11-22T22:30:00Z",
    "03:30, 2026-11-23T02:30:00Z",
    "2026-11-23T03:30, 2026-11-23T02:30:00Z",
    "2026-11-23T03:30Z, 2026-11-23T03:30:00Z",
    "2026-11-23T03:30+02:00, 2026-11-23T01:30:00Z",
    "2026-11-23T03:30-02:00, 2026-11-23T05:30:00Z",
    "+30m, 2026-11-22T21:40:00Z"
  })
  void a_moment_is_read_as_people_write_it(String text, Instant moment) {
    assertThat(Times.moment(text, NOW)).contains(moment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "25:00", "2026-11-23", "+5"})
  void what_is_no_moment_is_refused(String text) {
    assertThat(Times.moment(text, NOW)).isEmpty();
  }

  @Test
  void a_length_without_unit_is_seconds() {
    assertThat(Times.length("5")).contains(Duration.ofSeconds(5));
    assertThat(Times.length("500ms")).contains(Duration.ofMillis(500));
    assertThat(Times.length("2min")).contains(Duration.ofMinutes(2));
    assertThat(Times.length("-1")).isEmpty();
  }
}
