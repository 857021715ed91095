package dev.howdah.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void what_takes_less_than_a_second_says_nothing() {
    try (var line = line(true)) {
      line.phase("fence pg1");
      nanos.addAndGet(900_000_000L);
      line.tick();
    }

    assertThat(printed()).isEmpty();
  }

  @Test
  void a_terminal_shows_the_phase_and_the_time_in_place_and_is_left_clean() {
    try (var line = line(true)) {
      line.phase("drain");
      nanos.addAndGet(1_200_000_000L);
      line.tick();
      line.phase("promote pg2");
    }

    assertThat(printed())
        .isEqualTo(
            "\r[1/2] drain ... 1.2 s\u001b[K\r[2/2] promote pg2 ... 1.2 s\u001b[K\r\u001b[K");
  }

  @Test
  void elsewhere_each_phase_gets_a_line_with_its_own_time() {
    try (var line = line(false)) {
      line.phase("drain");
      nanos.addAndGet(1_200_000_000L);
      line.tick();
      line.phase("promote pg2");
      nanos.addAndGet(300_000_000L);
      line.detail("promote pg2: 0/5000148 replayed");
    }

    assertThat(printed())
        .isEqualTo("[1/2] drain ... 1.2 s\n[2/2] promote pg2: 0/5000148 replayed ... 0.3 s\n");
  }

  private ProgressLine line(boolean terminal) {
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new ProgressLine(stream, terminal, 2, nanos::get);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
