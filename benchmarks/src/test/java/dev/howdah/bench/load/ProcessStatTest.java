package dev.howdah.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessStatTest {
  private static final String REST =
      " 4321 100 100 0 -1 4194304 500 0 0 0 120 30 4 1 20 0 9 0 123456 1000000 2500 18446744073709551615";

  @Test
  void adds_up_own_time_and_that_of_ended_children() {
    var stat = ProcessStat.parse("77 (pgbouncer) S" + REST);
    assertThat(stat.parent()).isEqualTo(4321);
    assertThat(stat.cpuTicks()).isEqualTo(155);
    assertThat(stat.cpuMicros()).isEqualTo(1_550_000);
  }

  @Test
  void a_name_may_hold_blanks_and_parentheses() {
    assertThat(ProcessStat.parse("77 (a) b (c) S" + REST)).isEqualTo(new ProcessStat(4321, 155));
  }

  @Test
  void resident_memory_is_read_from_the_status() {
    String status = "Name:\tjava\nVmHWM:\t  999 kB\nVmRSS:\t   19456 kB\nThreads:\t9\n";
    assertThat(ProcessStat.rssKb(status)).isEqualTo(19456);
    assertThat(ProcessStat.rssKb("Name:\tkthreadd\n")).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void reads_this_very_process() {
    assertThat(Path.of("/proc/self/stat")).exists();
    var usage = ProcessUsage.of(ProcessHandle.current().pid());
    assertThat(usage.cpuMicros()).isPositive();
    assertThat(usage.rssKb()).isPositive();
  }
}
