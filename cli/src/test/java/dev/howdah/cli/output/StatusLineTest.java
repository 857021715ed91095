package dev.howdah.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusLineTest {

  @Test
  void every_number_has_a_word_and_a_unit() {
    var line = new StatusLine(300, 10, 42, 1834, Duration.ofMillis(23), OptionalLong.of(12_400), 0);

    assertThat(line.render())
        .isEqualTo(
            "clients  300 | servers  10 | waiting   42 |  1,834 tps | p99 wait   23 ms"
                + " | standby lag   12 kB | errors 0");
  }

  @Test
  void lag_that_nobody_could_measure_is_unknown_not_zero() {
    var line = new StatusLine(1, 1, 0, 0, Duration.ZERO, OptionalLong.empty(), 0);

    assertThat(line.render()).contains("standby lag unknown");
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 kB", "12400, 12 kB", "5242880, 5.0 MB"})
  void bytes_use_the_units_of_postgresql(long bytes, String text) {
    assertThat(Quantities.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"800, 0.8 ms", "23000, 23 ms", "1250000, 1.3 s"})
  void waits_are_short_to_read(long micros, String text) {
    assertThat(Quantities.wait(Duration.ofNanos(micros * 1000))).isEqualTo(text);
  }

  @Test
  void a_terminal_sees_one_line_in_place_and_a_file_sees_one_below_the_other() {
    assertThat(shown(true)).isEqualTo("\rone\u001b[K\rtwo\u001b[K" + System.lineSeparator());
    assertThat(shown(false).lines()).containsExactly("one", "two");
  }

  private static String shown(boolean terminal) {
    var bytes = new ByteArrayOutputStream();
    var line = new LiveLine(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal);
    line.show("one");
    line.show("two");
    line.end();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
