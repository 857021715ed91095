package dev.howdah.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LoadResultTest {
  private static final LoadResult RESULT =
      new LoadResult(3000, 1.5, 410, 990, 60_000, 20_480, 2_000_000_000, 0, "");

  @Test
  void derives_what_tables_show() {
    assertThat(RESULT.tps()).isEqualTo(2000);
    assertThat(RESULT.cpuMicrosPerTransaction()).isEqualTo(20);
    assertThat(RESULT.cpuMillisPerGigabyte()).isEqualTo(30);
    assertThat(RESULT.megabytesPerSecond()).isCloseTo(1333.3, within(0.1));
  }

  @Test
  void a_run_without_transactions_has_no_cost_per_transaction() {
    var result = new LoadResult(0, 1, 0, 0, 10_000, 1, 0, 1, "refused");
    assertThat(result.cpuMicrosPerTransaction()).isNaN();
    assertThat(result.cpuMillisPerGigabyte()).isNaN();
  }

  @Test
  void survives_being_written_and_read() {
    assertThat(LoadResult.parse(RESULT.toLine())).isEqualTo(RESULT);
    LoadResult failed = RESULT.withError("no more\nconnections = allowed");
    assertThat(LoadResult.parse(failed.toLine()).firstError())
        .isEqualTo("no more connections = allowed");
    assertThat(LoadResult.parse(failed.toLine()).errors()).isEqualTo(1);
  }

  @Test
  void refuses_other_lines() {
    assertThatIllegalArgumentException().isThrownBy(() -> LoadResult.parse("hello"));
    assertThatIllegalArgumentException().isThrownBy(() -> LoadResult.parse("transactions=1"));
  }
}
