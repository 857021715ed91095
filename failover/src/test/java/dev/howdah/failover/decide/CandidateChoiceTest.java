package dev.howdah.failover.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.Fork;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.SyncRule;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CandidateChoiceTest {

  private static final String SYSTEM = "7300000000000000001";
  private static final SyncRules ANY_OF_B_AND_C =
      SyncRules.settled(SyncRule.any(1, List.of("b", "c")));

  @Test
  void the_most_advanced_standby_wins_over_the_name() {
    var choice = choose(SyncRules.NONE, at("c", 0, 1000), at("b", 0, 900));

    assertThat(choice)
        .isEqualTo(
            new Choice.Promote("c", new Lsn(1000), "c has most WAL: b at 0/384, c at 0/3E8"));
  }

  @Test
  void who_has_a_higher_priority_and_lacks_wal_is_given_it_first() {
    var choice = choose(SyncRules.NONE, at("b", 100, 900), at("c", 0, 1000));

    assertThat(choice).isEqualTo(new Choice.FastForward("b", "c", new Lsn(1000)));
  }

  @Test
  void who_cannot_be_given_what_it_lacks_is_not_waited_for() {
    var choice =
        chooseBy(Wish.NONE, Set.of("b"), SyncRules.NONE, at("b", 100, 900), at("c", 0, 1000));

    assertThat(promoted(choice)).isEqualTo("c");
  }

  @Test
  void an_operator_wants_more_than_priority_does() {
    var to = new Wish(Optional.of("b"), false);

    assertThat(chooseBy(to, Set.of(), SyncRules.NONE, at("b", 0, 900), at("c", 100, 1000)))
        .isEqualTo(new Choice.FastForward("b", "c", new Lsn(1000)));
    assertThat(
            promoted(chooseBy(to, Set.of(), SyncRules.NONE, at("b", 0, 1000), at("c", 100, 1000))))
        .isEqualTo("b");
  }

  @Test
  void who_allows_loss_gets_a_node_however_far_behind() {
    var lossy = new Wish(Optional.of("b"), true);

    assertThat(promoted(chooseBy(lossy, Set.of(), ANY_OF_B_AND_C, at("b", 0, 3)))).isEqualTo("b");
    assertThat(chooseBy(lossy, Set.of(), SyncRules.NONE, at("c", 0, 1000)))
        .isEqualTo(new Choice.Refuse("b does not answer, or is no standby of this timeline"));
  }

  @Test
  void priority_decides_among_equals_and_the_name_among_those() {
    assertThat(promoted(choose(SyncRules.NONE, at("b", 7, 1000), at("c", 0, 1000)))).isEqualTo("b");
    assertThat(promoted(choose(SyncRules.NONE, at("b", 0, 1000), at("c", 0, 1000)))).isEqualTo("c");
  }

  @Test
  void a_candidate_too_far_behind_is_refused_with_both_figures() {
    var choice = choose(SyncRules.NONE, at("b", 0, 500));

    assertThat(choice)
        .isEqualTo(
            new Choice.Refuse(
                "b, the most advanced standby, is 500 bytes behind, maximum_lag_on_failover is 200"));
  }

  @Test
  void without_a_position_of_the_primary_nothing_is_promoted() {
    var choice =
        new CandidateChoice()
            .choose(
                new CandidateChoice.Case(
                    topology(SyncRules.NONE),
                    config(SynchronousMode.OFF),
                    List.of(at("b", 0, 1000)),
                    Optional.empty()));

    assertThat(choice).isInstanceOf(Choice.Refuse.class);
  }

  @Test
  void in_synchronous_mode_every_possible_acknowledgement_set_must_be_met() {
    assertThat(choose(ANY_OF_B_AND_C, at("b", 0, 1000))).isInstanceOf(Choice.Refuse.class);
    assertThat(promoted(choose(ANY_OF_B_AND_C, at("b", 0, 10), at("c", 0, 9)))).isEqualTo("b");
  }

  @Test
  void while_the_rule_changes_both_rules_must_be_met() {
    var changing =
        SyncRules.settled(SyncRule.any(1, List.of("b"))).towards(SyncRule.any(1, List.of("c")));

    assertThat(choose(changing, at("c", 0, 1000))).isInstanceOf(Choice.Refuse.class);
    assertThat(promoted(choose(changing, at("b", 0, 10), at("c", 0, 9)))).isEqualTo("b");
  }

  @Test
  void in_synchronous_mode_nobody_is_promoted_while_nobody_acknowledges() {
    var choice =
        new CandidateChoice()
            .choose(
                new CandidateChoice.Case(
                    topology(SyncRules.NONE),
                    config(SynchronousMode.ON),
                    List.of(at("b", 0, 1000)),
                    Optional.of(new Lsn(1000))));

    assertThat(choice)
        .isEqualTo(
            new Choice.Refuse(
                "no standby was acknowledging commits, so none is known to have them all"));
  }

  @Test
  void a_standby_of_another_system_or_history_is_no_candidate() {
    var foreign = new Recruit(node("b", 0, false), true, "42", 3, new Lsn(1000));
    var diverged = new Recruit(node("b", 0, false), true, SYSTEM, 2, new Lsn(801));
    var stray = new Recruit(node("b", 0, false), false, SYSTEM, 3, new Lsn(1000));

    for (Recruit recruit : List.of(foreign, diverged, stray)) {
      assertThat(choose(SyncRules.NONE, recruit)).isInstanceOf(Choice.Refuse.class);
    }
  }

  @Test
  void a_standby_that_has_not_reached_the_timeline_proves_what_it_never_acknowledged() {
    var behind = new Recruit(node("b", 0, false), true, SYSTEM, 2, new Lsn(800));

    assertThat(promoted(choose(ANY_OF_B_AND_C, behind, at("c", 0, 1000)))).isEqualTo("c");
    assertThat(choose(ANY_OF_B_AND_C, behind)).isInstanceOf(Choice.Refuse.class);
  }

  @Test
  void nofailover_is_respected_even_if_it_has_most() {
    var most = new Recruit(node("c", 0, true), true, SYSTEM, 3, new Lsn(1000));

    assertThat(promoted(choose(SyncRules.NONE, at("b", 0, 900), most))).isEqualTo("b");
    assertThat(choose(ANY_OF_B_AND_C, at("b", 0, 900), most))
        .isEqualTo(new Choice.FastForward("b", "c", new Lsn(1000)));
    assertThat(chooseBy(Wish.NONE, Set.of("b"), ANY_OF_B_AND_C, at("b", 0, 900), most))
        .isEqualTo(new Choice.Refuse("c has more WAL than the others and is marked nofailover"));
    assertThat(promoted(choose(ANY_OF_B_AND_C, at("b", 0, 1000), most))).isEqualTo("b");
  }

  private static String promoted(Choice choice) {
    assertThat(choice).isInstanceOf(Choice.Promote.class);
    return ((Choice.Promote) choice).candidate();
  }

  private static Choice choose(SyncRules rules, Recruit... recruits) {
    return chooseBy(Wish.NONE, Set.of(), rules, recruits);
  }

  private static Choice chooseBy(
      Wish wish, Set<String> notForwarded, SyncRules rules, Recruit... recruits) {
    SynchronousMode mode = rules.mayBeAsynchronous() ? SynchronousMode.OFF : SynchronousMode.ON;
    return new CandidateChoice()
        .choose(
            new CandidateChoice.Case(
                topology(rules),
                config(mode),
                List.of(recruits),
                Optional.of(new Lsn(1000)),
                wish,
                notForwarded));
  }

  private static Recruit at(String name, int priority, long received) {
    return new Recruit(node(name, priority, false), true, SYSTEM, 3, new Lsn(received));
  }

  private static NodeSpec node(String name, int priority, boolean nofailover) {
    return new NodeSpec(name, new Endpoint(name, 5432), priority, nofailover, false, false);
  }

  private static DynamicConfig config(SynchronousMode mode) {
    return new DynamicConfig(false, mode, 1, 200, 0, 2000);
  }

  private static Topology topology(SyncRules rules) {
    return new Topology(
        new Epoch(5),
        TopologyState.FENCED,
        "a",
        3,
        SYSTEM,
        List.of(new Fork(2, new Lsn(800))),
        rules,
        2000,
        new Operation(
            "op",
            OperationKind.FAILOVER,
            "a is dead",
            "c1",
            Optional.of("a"),
            Optional.empty(),
            Lsn.ZERO,
            Lsn.ZERO));
  }
}
