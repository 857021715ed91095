package dev.howdah.failover.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.failover.decide.Preflight.Pooler;
import dev.howdah.failover.decide.Preflight.Standing;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.PreflightCheck;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.UnmovablePolicy;
import dev.howdah.topology.UnmovableSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreflightTest {

  private final Map<String, Standing> standings = new HashMap<>();
  private final List<Pooler> poolers = new ArrayList<>(List.of(new Pooler("p1", true, List.of())));
  private final List<NodeSpec> nodes =
      new ArrayList<>(List.of(node("a", 0, false), node("b", 0, false), node("c", 0, false)));

  PreflightTest() {
    standings.put("a", new Standing(false, "73", 3, new Lsn(1000), new Lsn(1000), false, 0));
    standings.put("b", standby(3, 1000, 1000, true, 0));
    standings.put("c", standby(3, 1000, 1000, true, 0));
  }

  @Test
  void all_is_well_between_two_nodes_that_stream() {
    assertThat(failures(Optional.of("b"))).isEmpty();
    assertThat(Preflight.checks(facts(Optional.of("b"))))
        .extracting(PreflightCheck::name)
        .containsExactly(
            "primary",
            "candidate",
            "nofailover",
            "timeline",
            "streaming",
            "lag",
            "replay",
            "priority",
            "poolers",
            "sessions");
  }

  @Test
  void every_reason_against_a_candidate_has_its_name() {
    nodes.set(1, node("b", 0, true));
    standings.put("b", standby(2, 100 << 20, 1000, false, 32 << 20));

    assertThat(failures(Optional.of("b")))
        .containsExactly(
            "nofailover: b is marked nofailover; howdah node set b --failover lifts that",
            "timeline: b is on timeline 2 of system 73, the primary on 3 of 73",
            "streaming: b does not stream from a",
            "lag: b is 33554432 bytes behind, at most 16777216 are accepted; wait until it has caught"
                + " up",
            "replay: b is 104856600 bytes to replay, at most 16777216 are accepted; wait until it has"
                + " caught up");
  }

  @Test
  void who_is_unknown_primary_already_or_silent_is_no_candidate() {
    standings.remove("c");

    assertThat(failures(Optional.of("x")))
        .containsExactly("candidate: there is no node x; the nodes are a, b, c");
    assertThat(failures(Optional.of("a"))).containsExactly("candidate: a is the primary already");
    assertThat(failures(Optional.of("c"))).containsExactly("candidate: c does not answer");
  }

  @Test
  void without_a_wish_the_best_of_those_that_may_is_taken() {
    nodes.set(1, node("b", 50, false));
    assertThat(Preflight.candidate(facts(Optional.empty()))).map(NodeSpec::name).contains("b");

    standings.put("b", standby(3, 1000, 1000, false, 0));
    assertThat(Preflight.candidate(facts(Optional.empty()))).map(NodeSpec::name).contains("c");

    standings.remove("c");
    assertThat(failures(Optional.empty()))
        .containsExactly("candidate: b does not stream from a; c does not answer");
  }

  @Test
  void a_pooler_that_is_silent_would_not_drain() {
    poolers.add(new Pooler("p2", false, List.of()));

    assertThat(failures(Optional.of("b")))
        .containsExactly(
            "poolers: nothing is heard of p2, which would not drain; if it is gone for good it is"
                + " forgotten within 15 s");
  }

  @Test
  void sessions_that_cannot_be_moved_are_listed_and_refused_if_so_wanted() {
    poolers.add(
        new Pooler(
            "p2", true, List.of(new UnmovableSession("odoo@erp", "temporary table", 12_000))));

    assertThat(failures(Optional.of("b"))).isEmpty();
    OperatorRequest strict = request(Optional.of("b")).draining(5_000, UnmovablePolicy.REFUSE);
    assertThat(Preflight.checks(facts(strict)))
        .filteredOn(PreflightCheck::isFailed)
        .extracting(PreflightCheck::detail)
        .containsExactly("cannot be moved: odoo@erp: temporary table for 12 s");
  }

  @Test
  void a_primary_that_is_none_is_not_moved_this_way() {
    standings.remove("a");

    assertThat(failures(Optional.of("b")))
        .containsExactly("primary: a does not answer as primary; a failover is what moves it then");
  }

  private List<String> failures(Optional<String> to) {
    return Preflight.checks(facts(to)).stream()
        .filter(PreflightCheck::isFailed)
        .map(check -> check.name() + ": " + check.detail())
        .toList();
  }

  private Preflight.Case facts(Optional<String> to) {
    return facts(request(to));
  }

  private Preflight.Case facts(OperatorRequest request) {
    return new Preflight.Case(topology(), request, nodes, standings, poolers);
  }

  private static OperatorRequest request(Optional<String> to) {
    return OperatorRequest.switchover("r", to, "test", 0);
  }

  private static Standing standby(
      int timeline, long received, long replayed, boolean streams, long lag) {
    return new Standing(true, "73", timeline, new Lsn(received), new Lsn(replayed), streams, lag);
  }

  private static NodeSpec node(String name, int priority, boolean nofailover) {
    return new NodeSpec(name, new Endpoint(name, 5432), priority, nofailover, false, false);
  }

  private static Topology topology() {
    return new Topology(
        new Epoch(5),
        TopologyState.SERVING,
        "a",
        3,
        "73",
        List.of(),
        SyncRules.NONE,
        2_000,
        new Operation(
            "op",
            OperationKind.INITIALIZE,
            "",
            "",
            Optional.empty(),
            Optional.empty(),
            Lsn.ZERO,
            Lsn.ZERO));
  }
}
