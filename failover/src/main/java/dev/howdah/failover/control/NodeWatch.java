package dev.howdah.failover.control;

import dev.howdah.failover.decide.Preflight;
import dev.howdah.failover.decide.Recruit;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Observation;
import dev.howdah.topology.ReportedRole;
import dev.howdah.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What this controller sees of the nodes itself. One thread. */
final class NodeWatch {

  private static final long RECEIVES_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * One node.
   *
   * @param facts from its last answer; absent before the first
   * @param factsAtNanos when the question was asked that brought them
   * @param evidenceSinceNanos since when the evidence is what it is
   * @param advancedAtNanos when its position last moved; absent if it never did
   */
  record Seen(
      Evidence evidence,
      Optional<NodeFacts> facts,
      long factsAtNanos,
      long evidenceSinceNanos,
      Optional<Long> advancedAtNanos) {}

  private final Map<String, Seen> byNode = new TreeMap<>();

  /** The node answered, or an attempt to reach it ended. */
  void observed(String node, Evidence evidence, Optional<NodeFacts> facts, long nowNanos) {
    Seen before = byNode.get(node);
    Optional<NodeFacts> known = facts.or(() -> before == null ? Optional.empty() : before.facts());
    Lsn moved = known.map(NodeFacts::position).orElse(Lsn.ZERO);
    boolean advanced =
        facts.isPresent()
            && before != null
            && before.facts().isPresent()
            && !moved.equals(before.facts().get().position());
    byNode.put(
        node,
        new Seen(
            evidence,
            known,
            facts.isPresent() || before == null ? nowNanos : before.factsAtNanos(),
            before == null || before.evidence() != evidence
                ? nowNanos
                : before.evidenceSinceNanos(),
            advanced
                ? Optional.of(nowNanos)
                : before == null ? Optional.empty() : before.advancedAtNanos()));
  }

  /** What is known of a node. */
  Optional<Seen> seen(String node) {
    return Optional.ofNullable(byNode.get(node));
  }

  /** The evidence on a node. */
  Evidence evidence(String node) {
    return seen(node).map(Seen::evidence).orElse(Evidence.UNKNOWN);
  }

  /** The facts of a node that answers at present. */
  Optional<NodeFacts> answering(String node) {
    return seen(node)
        .filter(at -> at.evidence() == Evidence.HEALTHY || at.evidence() == Evidence.SLOW)
        .flatMap(Seen::facts);
  }

  /** Whether some standby's received WAL has moved within the last second. */
  boolean anyReceives(Topology topology, long nowNanos) {
    return byNode.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(topology.primary()))
        .map(Map.Entry::getValue)
        .anyMatch(at ->
            at.facts().filter(NodeFacts::inRecovery).isPresent()
                && at.advancedAtNanos()
                    .filter(then -> nowNanos - then < RECEIVES_NANOS)
                    .isPresent());
  }

  /** The standbys that answer, with what they said last. */
  List<Recruit> recruits(ClusterState state) {
    List<Recruit> standbys = new ArrayList<>();
    for (NodeSpec node : state.standbys()) {
      answering(node.name())
          .ifPresent(facts ->
              standbys.add(
                  new Recruit(
                      node,
                      facts.inRecovery(),
                      facts.systemIdentifier(),
                      facts.timeline(),
                      facts.position())));
    }
    return standbys;
  }

  /** What a preflight looks at, of the nodes that answer. */
  Map<String, Preflight.Standing> standings(ClusterState state) {
    Optional<NodeFacts> primary = answering(state.topology().primary());
    Optional<Endpoint> endpoint = state.node(state.topology().primary()).map(NodeSpec::endpoint);
    Map<String, Preflight.Standing> standings = new TreeMap<>();
    for (NodeSpec node : state.nodes()) {
      answering(node.name())
          .ifPresent(facts ->
              standings.put(
                  node.name(),
                  new Preflight.Standing(
                      facts.inRecovery(),
                      facts.systemIdentifier(),
                      facts.timeline(),
                      facts.position(),
                      facts.replayed(),
                      facts.upstream().isPresent() && facts.upstream().equals(endpoint),
                      lagBytes(node.name(), facts, primary))));
    }
    return standings;
  }

  /** By the primary's own account where it has one, since the two are asked at different times. */
  private static long lagBytes(String node, NodeFacts facts, Optional<NodeFacts> primary) {
    return primary
        .map(at ->
            at.flushedByStandby().getOrDefault(node, facts.position()).bytesBehind(at.position()))
        .orElse(0L);
  }

  /** For the registration of this process. */
  List<Observation> observations() {
    return byNode.entrySet().stream()
        .map(entry -> observation(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Observation observation(String node, Seen seen) {
    return seen.facts()
        .map(facts ->
            new Observation(
                node,
                seen.evidence(),
                ReportedRole.of(facts.inRecovery(), facts.readOnly()),
                facts.position(),
                facts.replayed(),
                facts.timeline(),
                facts.upstream().isPresent()))
        .orElseGet(() -> Observation.unanswered(node, seen.evidence()));
  }
}
