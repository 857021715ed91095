package dev.howdah.failover.control;

import dev.howdah.failover.decide.Preflight;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.PreflightCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The preflight of one request: what is known is checked first, then both nodes are asked and write
 * a checkpoint, which makes the promotion short, and then all is checked once more. One thread.
 */
final class Inspection {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /**
   * What came of it.
   *
   * @param candidate present if all is well
   */
  record Found(Optional<NodeSpec> candidate, List<PreflightCheck> checks) {}

  private final ActionDesk desk;
  private final Map<String, ActionOutcome> inspected = new TreeMap<>();
  private final Map<String, ActionOutcome> checkpointed = new TreeMap<>();
  private String request = "";
  private long begunAtNanos;

  Inspection(ActionDesk desk) {
    this.desk = desk;
  }

  void forget() {
    request = "";
  }

  /** One round; empty as long as answers are to come. */
  Optional<Found> drive(
      ClusterState state,
      OperatorRequest asked,
      Map<String, Preflight.Standing> standings,
      List<Preflight.Pooler> poolers,
      long nowNanos) {
    if (!request.equals(asked.id())) {
      request = asked.id();
      begunAtNanos = nowNanos;
      inspected.clear();
      checkpointed.clear();
    }
    Preflight.Case known =
        new Preflight.Case(state.topology(), asked, state.nodes(), standings, poolers);
    List<PreflightCheck> checks = new ArrayList<>(Preflight.checks(known));
    Optional<NodeSpec> candidate = Preflight.candidate(known);
    Optional<NodeSpec> primary = state.node(state.topology().primary());
    if (candidate.isEmpty()
        || primary.isEmpty()
        || checks.stream().anyMatch(PreflightCheck::isFailed)) {
      return Optional.of(new Found(Optional.empty(), checks));
    }
    List<NodeSpec> both = List.of(primary.get(), candidate.get());
    if (!isComplete(both) && nowNanos - begunAtNanos < PATIENCE_NANOS) {
      ask(both, nowNanos);
      return Optional.empty();
    }
    checks.add(transactions(asked, primary.get()));
    checks.add(privileges(candidate.get()));
    checks.add(checkpoint(both));
    return Optional.of(new Found(candidate, checks));
  }

  private boolean isComplete(List<NodeSpec> nodes) {
    return nodes.stream()
        .map(NodeSpec::name)
        .allMatch(name -> inspected.containsKey(name) && checkpointed.containsKey(name));
  }

  private void ask(List<NodeSpec> nodes, long nowNanos) {
    for (NodeSpec node : nodes) {
      if (!checkpointed.containsKey(node.name())) {
        desk.ask(new NodeAction.Checkpoint(node), nowNanos, 1000);
      } else if (!inspected.containsKey(node.name())) {
        // After the checkpoint, which may take long: transactions are looked at last.
        desk.ask(new NodeAction.Inspect(node), nowNanos, 1000);
      }
    }
  }

  private PreflightCheck transactions(OperatorRequest asked, NodeSpec primary) {
    String name = "transactions";
    return switch (inspected.get(primary.name())) {
      case ActionOutcome.Inspected seen
          when seen.oldestTransactionMillis() > asked.drainTimeoutMillis() ->
          PreflightCheck.failed(
              name,
              "%s has been in a transaction for %d s, longer than the drain timeout of %d ms; wait for it, end it, or drain longer"
                  .formatted(
                      seen.oldestTransaction(),
                      seen.oldestTransactionMillis() / 1000,
                      asked.drainTimeoutMillis()));
      case ActionOutcome.Inspected seen ->
          PreflightCheck.passed(
              name, "the oldest has run for " + seen.oldestTransactionMillis() + " ms");
      case ActionOutcome.Failed(String reason) ->
          PreflightCheck.failed(name, primary.name() + " cannot be asked: " + reason);
      case null, default -> PreflightCheck.failed(name, primary.name() + " does not answer");
    };
  }

  private PreflightCheck privileges(NodeSpec candidate) {
    String name = "privileges";
    return switch (inspected.get(candidate.name())) {
      case ActionOutcome.Inspected(_, _, boolean may) when may ->
          PreflightCheck.passed(name, "the controller may promote " + candidate.name());
      case ActionOutcome.Inspected _ ->
          PreflightCheck.failed(
              name,
              "the controller's role may not promote; GRANT EXECUTE ON FUNCTION pg_promote to it");
      case ActionOutcome.Failed(String reason) ->
          PreflightCheck.failed(name, candidate.name() + " cannot be asked: " + reason);
      case null, default -> PreflightCheck.failed(name, candidate.name() + " does not answer");
    };
  }

  private PreflightCheck checkpoint(List<NodeSpec> nodes) {
    for (NodeSpec node : nodes) {
      if (!(checkpointed.get(node.name()) instanceof ActionOutcome.Done)) {
        String reason =
            checkpointed.get(node.name()) instanceof ActionOutcome.Failed(String why)
                ? why
                : "no answer";
        return PreflightCheck.noted(
            "checkpoint", node.name() + " wrote none, so this may take longer: " + reason);
      }
    }
    return PreflightCheck.passed("checkpoint", "written on both nodes");
  }

  /** An action has ended. */
  void acted(Ticket ticket, ActionOutcome outcome) {
    if (request.isEmpty() || ticket.askedAtNanos() - begunAtNanos < 0) {
      return;
    }
    String node = ticket.action().node().name();
    if (ticket.action() instanceof NodeAction.Inspect) {
      inspected.put(node, outcome);
    } else if (ticket.action() instanceof NodeAction.Checkpoint) {
      checkpointed.put(node, outcome);
    }
  }
}
