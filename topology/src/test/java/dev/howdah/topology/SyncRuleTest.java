package dev.howdah.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SyncRuleTest {

  @Test
  void recruits_must_meet_every_set_that_may_have_acknowledged() {
    var anyTwoOfThree = SyncRule.any(2, List.of("b", "c", "d"));

    assertThat(anyTwoOfThree.isCoveredBy(List.of("b"))).isFalse();
    assertThat(anyTwoOfThree.isCoveredBy(List.of("b", "x"))).isFalse();
    assertThat(anyTwoOfThree.isCoveredBy(List.of("b", "d"))).isTrue();
  }

  @Test
  void nothing_covers_a_rule_that_asks_nobody() {
    assertThat(SyncRule.NONE.isCoveredBy(List.of("b", "c"))).isFalse();
  }

  @Test
  void the_setting_is_what_postgresql_reads() {
    assertThat(SyncRule.any(1, List.of("pg2", "a\"b")).setting())
        .isEqualTo("ANY 1 (\"a\"\"b\", \"pg2\")");
    assertThat(SyncRule.NONE.setting()).isEmpty();
  }

  @Test
  void a_rule_without_members_that_requires_some_is_refused() {
    assertThatThrownBy(() -> new SyncRule(1, List.of())).hasMessageContaining("1 of []");
  }

  @Test
  void while_a_rule_changes_all_that_were_possible_must_be_covered() {
    var changing =
        SyncRules.settled(SyncRule.any(1, List.of("b"))).towards(SyncRule.any(1, List.of("c")));

    assertThat(changing.areCoveredBy(List.of("c"))).isFalse();
    assertThat(changing.areCoveredBy(List.of("b", "c"))).isTrue();
    assertThat(changing.isSettled()).isFalse();
    assertThat(changing.target()).isEqualTo(SyncRule.any(1, List.of("c")));
  }

  @Test
  void turning_back_to_a_rule_forgets_none() {
    var there = SyncRule.any(1, List.of("b"));
    var rules = SyncRules.settled(there).towards(SyncRule.NONE).towards(there);

    assertThat(rules.possible()).containsExactly(SyncRule.NONE, there);
    assertThat(rules.mayBeAsynchronous()).isTrue();
  }
}
