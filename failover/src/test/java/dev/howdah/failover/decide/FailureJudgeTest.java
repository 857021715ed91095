package dev.howdah.failover.decide;

import static dev.howdah.topology.Evidence.HARD;
import static dev.howdah.topology.Evidence.HEALTHY;
import static dev.howdah.topology.Evidence.RECOVERING;
import static dev.howdah.topology.Evidence.SILENT;
import static dev.howdah.topology.Evidence.SLOW;
import static dev.howdah.topology.Evidence.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.failover.decide.FailureJudge.Verdict;
import dev.howdah.topology.Evidence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureJudgeTest {

  @Test
  void a_majority_with_hard_evidence_is_enough() {
    assertThat(judge(HARD, HARD, HARD, HEALTHY)).isInstanceOf(Verdict.Dead.class);
    assertThat(judge(HARD, HEALTHY)).isInstanceOf(Verdict.Doubtful.class);
  }

  @Test
  void hard_evidence_is_not_vetoed_by_a_standby() {
    assertThat(judge(new FailureJudge.Case(HARD, List.of(HARD), true, false)))
        .isInstanceOf(Verdict.Dead.class);
  }

  @Test
  void silence_is_vetoed_by_a_standby_that_receives() {
    var votes = List.of(SILENT, SILENT, HEALTHY);

    assertThat(judge(new FailureJudge.Case(SILENT, votes, true, false)).reason())
        .isEqualTo("2 of 3 observers hear nothing, but a standby still receives WAL from it");
    assertThat(judge(new FailureJudge.Case(SILENT, votes, false, false)))
        .isInstanceOf(Verdict.Dead.class);
  }

  @Test
  void whoever_hears_it_answer_gives_nothing_up() {
    assertThat(judge(HEALTHY, HARD, HARD)).isInstanceOf(Verdict.Doubtful.class);
    assertThat(judge(SLOW, SILENT, SILENT)).isInstanceOf(Verdict.Doubtful.class);
  }

  @Test
  void observers_without_an_opinion_count_neither_way() {
    assertThat(judge(HARD, UNKNOWN, UNKNOWN, UNKNOWN)).isInstanceOf(Verdict.Dead.class);
    assertThat(judge(UNKNOWN)).isInstanceOf(Verdict.Alive.class);
  }

  @Test
  void recovery_is_waited_for_as_long_as_is_granted() {
    assertThat(judge(new FailureJudge.Case(RECOVERING, List.of(RECOVERING), false, false)))
        .isInstanceOf(Verdict.Doubtful.class);
    assertThat(judge(new FailureJudge.Case(RECOVERING, List.of(RECOVERING), false, true)))
        .isInstanceOf(Verdict.Dead.class);
  }

  private static Verdict judge(Evidence own, Evidence... others) {
    var all = new ArrayList<>(List.of(others));
    all.add(own);
    return judge(new FailureJudge.Case(own, all, false, false));
  }

  private static Verdict judge(FailureJudge.Case facts) {
    return FailureJudge.judge(facts);
  }
}
