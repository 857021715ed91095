package dev.howdah.failover.decide;

import static java.util.Comparator.comparingInt;

import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.PreflightCheck;
import dev.howdah.topology.Topology;
import dev.howdah.topology.UnmovablePolicy;
import dev.howdah.topology.UnmovableSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether a switchover may begin, and to whom: every check by its name. Pure. */
public final class Preflight {

  /** What a candidate may lack to receive, or have to replay, when a switchover begins. */
  public static final long LAG_BYTES_MAX = 16L << 20;

  private Preflight() {}

  /**
   * A node that answers.
   *
   * @param inRecovery whether it is a standby
   * @param systemIdentifier of its copy
   * @param timeline that it writes or receives
   * @param position written on a primary, received on a standby
   * @param replayed what readers see
   * @param streams whether it streams from the primary
   * @param lagBytes what the primary had written and it had not on disk when the primary was asked
   */
  public record Standing(
      boolean inRecovery,
      String systemIdentifier,
      int timeline,
      Lsn position,
      Lsn replayed,
      boolean streams,
      long lagBytes) {}

  /**
   * A registered pooler.
   *
   * @param id its name
   * @param live whether it has been heard of lately
   * @param unmovable sessions that cannot be moved
   */
  public record Pooler(String id, boolean live, List<UnmovableSession> unmovable) {

    public Pooler {
      unmovable = List.copyOf(unmovable);
    }
  }

  /**
   * What is known.
   *
   * @param standings by node, of those that answer
   */
  public record Case(
      Topology topology,
      OperatorRequest request,
      List<NodeSpec> nodes,
      Map<String, Standing> standings,
      List<Pooler> poolers) {

    public Case {
      nodes = List.copyOf(nodes);
      standings = Map.copyOf(standings);
      poolers = List.copyOf(poolers);
    }
  }

  /** The node to promote: the one asked for, or the best that may be; empty when there is none. */
  public static Optional<NodeSpec> candidate(Case facts) {
    Optional<String> to = facts.request().to();
    if (to.isPresent()) {
      return facts.nodes().stream().filter(node -> node.name().equals(to.get())).findFirst();
    }
    return facts.nodes().stream()
        .filter(node -> !node.name().equals(facts.topology().primary()))
        .filter(node -> ofCandidate(facts, node).stream().noneMatch(PreflightCheck::isFailed))
        .max(
            comparingInt(NodeSpec::priority)
                .thenComparing(node -> positionOf(facts, node))
                .thenComparing(NodeSpec::name));
  }

  private static Lsn positionOf(Case facts, NodeSpec node) {
    Standing standing = facts.standings().get(node.name());
    return standing == null ? Lsn.ZERO : standing.position();
  }

  /** All checks that need no question to a node. */
  public static List<PreflightCheck> checks(Case facts) {
    List<PreflightCheck> checks = new ArrayList<>();
    checks.add(ofPrimary(facts));
    Optional<NodeSpec> candidate = candidate(facts);
    if (candidate.isPresent()) {
      checks.addAll(ofCandidate(facts, candidate.get()));
      checks.add(priority(facts, candidate.get()));
    } else {
      checks.add(noCandidate(facts));
    }
    checks.add(poolers(facts));
    checks.add(sessions(facts));
    return checks;
  }

  private static PreflightCheck ofPrimary(Case facts) {
    Topology topology = facts.topology();
    @Nullable Standing primary = facts.standings().get(topology.primary());
    String name = topology.primary();
    if (primary == null || primary.inRecovery()) {
      return PreflightCheck.failed(
          "primary", name + " does not answer as primary; a failover is what moves it then");
    }
    return primary.timeline() == topology.timeline()
            && primary.systemIdentifier().equals(topology.systemIdentifier())
        ? PreflightCheck.passed("primary", name + " answers on timeline " + topology.timeline())
        : PreflightCheck.failed(
            "primary", name + " is on timeline " + primary.timeline() + " or of another system");
  }

  private static PreflightCheck noCandidate(Case facts) {
    Optional<String> to = facts.request().to();
    if (to.isPresent()) {
      return PreflightCheck.failed(
          "candidate",
          "there is no node %s; the nodes are %s"
              .formatted(
                  to.get(),
                  facts.nodes().stream().map(NodeSpec::name).collect(Collectors.joining(", "))));
    }
    String reasons =
        facts.nodes().stream()
            .filter(node -> !node.name().equals(facts.topology().primary()))
            .flatMap(node ->
                ofCandidate(facts, node).stream()
                    .filter(PreflightCheck::isFailed)
                    .map(PreflightCheck::detail)
                    .limit(1))
            .collect(Collectors.joining("; "));
    return PreflightCheck.failed(
        "candidate", reasons.isEmpty() ? "the cluster has no standby" : reasons);
  }

  private static List<PreflightCheck> ofCandidate(Case facts, NodeSpec node) {
    Topology topology = facts.topology();
    String name = node.name();
    if (name.equals(topology.primary())) {
      return List.of(PreflightCheck.failed("candidate", name + " is the primary already"));
    }
    @Nullable Standing standing = facts.standings().get(name);
    if (standing == null || !standing.inRecovery()) {
      return List.of(
          PreflightCheck.failed(
              "candidate",
              name + (standing == null ? " does not answer" : " is out of recovery, a stray")));
    }
    List<PreflightCheck> checks = new ArrayList<>();
    checks.add(PreflightCheck.passed("candidate", name + " is a standby and answers"));
    checks.add(
        check(
            "nofailover",
            !node.nofailover(),
            name + " may be promoted",
            name + " is marked nofailover; howdah node set " + name + " --failover lifts that"));
    checks.add(
        check(
            "timeline",
            standing.timeline() == topology.timeline()
                && standing.systemIdentifier().equals(topology.systemIdentifier()),
            name + " is on timeline " + standing.timeline(),
            "%s is on timeline %d of system %s, the primary on %d of %s"
                .formatted(
                    name,
                    standing.timeline(),
                    standing.systemIdentifier(),
                    topology.timeline(),
                    topology.systemIdentifier())));
    checks.add(
        check(
            "streaming",
            standing.streams(),
            name + " streams from " + topology.primary(),
            name + " does not stream from " + topology.primary()));
    checks.add(bytes("lag", name, "behind", standing.lagBytes()));
    checks.add(
        bytes("replay", name, "to replay", standing.replayed().bytesBehind(standing.position())));
    return checks;
  }

  private static PreflightCheck bytes(String check, String name, String what, long bytes) {
    return check(
        check,
        bytes <= LAG_BYTES_MAX,
        "%s is %d bytes %s".formatted(name, bytes, what),
        "%s is %d bytes %s, at most %d are accepted; wait until it has caught up"
            .formatted(name, bytes, what, LAG_BYTES_MAX));
  }

  private static PreflightCheck check(String name, boolean holds, String good, String bad) {
    return holds ? PreflightCheck.passed(name, good) : PreflightCheck.failed(name, bad);
  }

  private static PreflightCheck priority(Case facts, NodeSpec candidate) {
    return facts.nodes().stream()
        .filter(node -> !node.name().equals(facts.topology().primary()) && !node.nofailover())
        .filter(node -> node.priority() > candidate.priority())
        .findFirst()
        .map(node ->
            PreflightCheck.noted(
                "priority",
                "%s has priority %d, %s has %d"
                    .formatted(
                        node.name(), node.priority(), candidate.name(), candidate.priority())))
        .orElseGet(() -> PreflightCheck.passed("priority", "no standby has a higher one"));
  }

  private static PreflightCheck poolers(Case facts) {
    String silent =
        facts.poolers().stream()
            .filter(pooler -> !pooler.live())
            .map(Pooler::id)
            .distinct()
            .collect(Collectors.joining(", "));
    return check(
        "poolers",
        silent.isEmpty(),
        facts.poolers().size() + " registered, all heard of lately",
        "nothing is heard of "
            + silent
            + ", which would not drain; if it is gone for good it is forgotten within 15 s");
  }

  private static PreflightCheck sessions(Case facts) {
    String sessions =
        facts.poolers().stream()
            .flatMap(pooler -> pooler.unmovable().stream())
            .map(at -> "%s: %s for %d s".formatted(at.client(), at.reason(), at.ageMillis() / 1000))
            .collect(Collectors.joining("; "));
    if (sessions.isEmpty()) {
      return PreflightCheck.passed("sessions", "every session can be moved");
    }
    UnmovablePolicy policy = facts.request().unmovable();
    return switch (policy) {
      case REFUSE -> PreflightCheck.failed("sessions", "cannot be moved: " + sessions);
      case WAIT -> PreflightCheck.noted("sessions", "cannot be moved, waited for: " + sessions);
      case CLOSE -> PreflightCheck.noted("sessions", "cannot be moved, cut off: " + sessions);
    };
  }
}
