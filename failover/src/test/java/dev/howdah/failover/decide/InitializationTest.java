package dev.howdah.failover.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.failover.decide.Initialization.Found;
import dev.howdah.topology.DynamicConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitializationTest {

  private static final Found PRIMARY = new Found("pg1", false, "73", 4);
  private static final Found STANDBY = new Found("pg2", true, "73", 4);

  @Test
  void one_primary_and_its_copies_make_a_cluster() {
    var outcome = plan(List.of(PRIMARY, STANDBY), List.of());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Initialization.Outcome.Created.class,
            created -> {
              assertThat(created.topology().primary()).isEqualTo("pg1");
              assertThat(created.topology().timeline()).isEqualTo(4);
              assertThat(created.topology().epoch().value()).isEqualTo(1);
            });
  }

  @Test
  void everything_else_is_explained() {
    assertThat(reason(List.of(PRIMARY, new Found("pg2", false, "73", 4)), List.of()))
        .contains("pg1, pg2", "make all but one of them standbys");
    assertThat(reason(List.of(STANDBY), List.of())).contains("every node is in recovery");
    assertThat(reason(List.of(PRIMARY, new Found("pg2", true, "99", 4)), List.of()))
        .contains("pg2 has the system identifier 99", "clone it anew");
    assertThat(reason(List.of(PRIMARY), List.of("pg3"))).contains("do not answer", "pg3");
  }

  private static String reason(List<Found> answered, List<String> silent) {
    return ((Initialization.Outcome.Impossible) plan(answered, silent)).reason();
  }

  private static Initialization.Outcome plan(List<Found> answered, List<String> silent) {
    return Initialization.plan(answered, silent, DynamicConfig.DEFAULTS, "tester", "op-1");
  }
}
