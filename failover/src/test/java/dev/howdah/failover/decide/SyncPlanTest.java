package dev.howdah.failover.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.SyncRule;
import dev.howdah.topology.SynchronousMode;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncPlanTest {

  private static final List<String> ALL = List.of("b", "c");
  private static final SyncRule ANY_OF_ALL = SyncRule.any(1, ALL);

  @Test
  void off_asks_nobody() {
    assertThat(plan(SynchronousMode.OFF, 1, ANY_OF_ALL, ALL)).isEqualTo(SyncRule.NONE);
  }

  @Test
  void on_asks_whoever_is_there_and_nobody_if_nobody_is() {
    assertThat(plan(SynchronousMode.ON, 1, SyncRule.NONE, ALL)).isEqualTo(ANY_OF_ALL);
    assertThat(plan(SynchronousMode.ON, 2, ANY_OF_ALL, List.of("c")))
        .isEqualTo(SyncRule.any(1, List.of("c")));
    assertThat(plan(SynchronousMode.ON, 1, ANY_OF_ALL, List.of())).isEqualTo(SyncRule.NONE);
  }

  @Test
  void strict_never_asks_less() {
    assertThat(plan(SynchronousMode.STRICT, 1, ANY_OF_ALL, List.of())).isEqualTo(ANY_OF_ALL);
    assertThat(plan(SynchronousMode.STRICT, 2, SyncRule.NONE, List.of("c")))
        .isEqualTo(SyncRule.any(2, ALL));
    assertThat(plan(SynchronousMode.STRICT, 1, ANY_OF_ALL, List.of("c")))
        .isEqualTo(SyncRule.any(1, List.of("c")));
  }

  private static SyncRule plan(
      SynchronousMode mode, int count, SyncRule target, List<String> streaming) {
    return SyncPlan.desired(
        new DynamicConfig(false, mode, count, 0, 0, 2000), target, streaming, ALL);
  }
}
