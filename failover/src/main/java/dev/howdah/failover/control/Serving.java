package dev.howdah.failover.control;

import dev.howdah.failover.decide.CandidateChoice;
import dev.howdah.failover.decide.Choice;
import dev.howdah.failover.decide.FailureJudge;
import dev.howdah.failover.decide.FailureJudge.Verdict;
import dev.howdah.failover.decide.Recruit;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What the leader does while a primary serves: watches it, and keeps the others behind it. */
final class Serving {

  private static final long RECOVERY_GRANTED_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final String self;
  private final ActionDesk desk;
  private final NodeWatch watch;
  private final Census census;
  private final CandidateChoice chooser;
  private final SyncWork sync;
  private final RequestDesk requests;
  private long epochSeen;
  private Optional<Long> failoverSeenAtNanos = Optional.empty();
  private boolean checkpointed;

  Serving(
      String self,
      ActionDesk desk,
      NodeWatch watch,
      Census census,
      CandidateChoice chooser,
      ControllerPort port) {
    this.self = self;
    this.requests = new RequestDesk(desk, watch, census, chooser, port);
    this.desk = desk;
    this.watch = watch;
    this.census = census;
    this.chooser = chooser;
    this.sync = new SyncWork(desk, watch);
  }

  /** Learns since when the epoch is known, also while another controller leads. */
  void seen(ClusterState state, long nowNanos) {
    long epoch = state.topology().epoch().value();
    if (epoch != epochSeen) {
      epochSeen = epoch;
      checkpointed = false;
      if (state.topology().operation().kind() == OperationKind.FAILOVER) {
        failoverSeenAtNanos = Optional.of(nowNanos);
      }
    }
  }

  /** One round; the topology is SERVING. */
  Step drive(ClusterState state, long nowNanos, String nextOperation) {
    Topology topology = state.topology();
    Optional<Step> asked =
        requests.settle(state).or(() -> requests.failover(state, lastPrimaryLsn(state, nowNanos)));
    if (asked.isPresent()) {
      return asked.get();
    }
    Verdict verdict = judge(state, nowNanos);
    if (verdict instanceof Verdict.Dead dead) {
      Optional<String> held = whyNotNow(state, nowNanos);
      return held.isPresent()
          ? Step.wait(topology.primary() + " is dead (" + dead.reason() + "), but " + held.get())
          : begin(state, dead.reason(), nowNanos, nextOperation);
    }
    Optional<NodeFacts> primary =
        watch.answering(topology.primary()).filter(facts -> !facts.inRecovery());
    if (primary.isPresent()) {
      tend(state, primary.get(), nowNanos);
    }
    keepStandbys(state, nowNanos);
    Optional<Step> change =
        requests
            .switchover(state, lastPrimaryLsn(state, nowNanos), nowNanos)
            .or(() -> primary.flatMap(facts -> sync.drive(state, facts, nowNanos)));
    return change.orElseGet(() -> Step.wait(topology.primary() + " serves: " + verdict.reason()));
  }

  private Verdict judge(ClusterState state, long nowNanos) {
    String primary = state.topology().primary();
    Evidence own = watch.evidence(primary);
    List<Evidence> all = new ArrayList<>(census.evidence(state, primary, self, nowNanos));
    all.add(own);
    boolean outlasted =
        watch
            .seen(primary)
            .filter(at -> at.evidence() == Evidence.RECOVERING)
            .filter(at -> nowNanos - at.evidenceSinceNanos() >= RECOVERY_GRANTED_NANOS)
            .isPresent();
    return FailureJudge.judge(
        new FailureJudge.Case(own, all, watch.anyReceives(state.topology(), nowNanos), outlasted));
  }

  private Optional<String> whyNotNow(ClusterState state, long nowNanos) {
    if (state.config().paused()) {
      return Optional.of("automatic failover is paused");
    }
    return failoverSeenAtNanos
        .map(at -> TimeUnit.NANOSECONDS.toMillis(nowNanos - at))
        .filter(sinceMillis -> sinceMillis < state.config().minFailoverIntervalMillis())
        .map(sinceMillis ->
            "the last failover was %d ms ago, min_failover_interval is %d ms"
                .formatted(sinceMillis, state.config().minFailoverIntervalMillis()));
  }

  private Step begin(ClusterState state, String reason, long nowNanos, String operationId) {
    Topology topology = state.topology();
    Optional<Lsn> lastLsn = lastPrimaryLsn(state, nowNanos);
    // Fencing what nobody can replace would only keep it from coming back by itself.
    Choice prospect =
        chooser.choose(
            new CandidateChoice.Case(topology, state.config(), watch.recruits(state), lastLsn));
    if (prospect instanceof Choice.Refuse refusal) {
      return Step.wait(topology.primary() + " is dead (" + reason + "), but " + refusal.reason());
    }
    Operation operation =
        new Operation(
            operationId,
            OperationKind.FAILOVER,
            topology.primary() + " is dead: " + reason,
            self,
            Optional.of(topology.primary()),
            Optional.empty(),
            lastLsn.orElse(Lsn.ZERO),
            Lsn.ZERO);
    return Step.write(topology.fenced(operation), "fencing " + operation.reason());
  }

  private Optional<Lsn> lastPrimaryLsn(ClusterState state, long nowNanos) {
    Topology topology = state.topology();
    Optional<Lsn> own =
        watch
            .seen(topology.primary())
            .flatMap(NodeWatch.Seen::facts)
            .filter(facts -> !facts.inRecovery() && facts.timeline() == topology.timeline())
            .map(NodeFacts::position);
    Optional<Lsn> others = census.primaryLsn(state, self, nowNanos);
    return own.isEmpty()
        ? others
        : own.map(mine -> others.filter(at -> at.compareTo(mine) > 0).orElse(mine));
  }

  private void tend(ClusterState state, NodeFacts facts, long nowNanos) {
    Topology topology = state.topology();
    state
        .node(topology.primary())
        .ifPresent(node -> {
          if (facts.readOnly()) {
            desk.ask(new NodeAction.Unfence(node), nowNanos, 500);
          }
          if (!checkpointed && topology.operation().kind() != OperationKind.INITIALIZE) {
            checkpointed = true;
            desk.ask(new NodeAction.Checkpoint(node), nowNanos, 0);
          }
        });
  }

  private void keepStandbys(ClusterState state, long nowNanos) {
    Topology topology = state.topology();
    Optional<NodeSpec> primary = state.node(topology.primary());
    if (primary.isEmpty()) {
      return;
    }
    for (NodeSpec node : state.standbys()) {
      Optional<NodeFacts> facts = watch.answering(node.name());
      if (facts.isEmpty()) {
        continue;
      }
      if (!facts.get().inRecovery()) {
        // Out of recovery and not the primary: a stray. Nobody routes to it.
        if (!facts.get().readOnly()) {
          desk.ask(new NodeAction.Fence(node), nowNanos, 2000);
        }
        desk.ask(new NodeAction.Rejoin(node, primary.get()), nowNanos, 30_000);
      } else if (!recruitOf(node, facts.get()).descendsTo(topology)) {
        desk.ask(new NodeAction.Rejoin(node, primary.get()), nowNanos, 30_000);
      } else if (!facts.get().upstream().equals(Optional.of(primary.get().endpoint()))) {
        desk.ask(new NodeAction.Repoint(node, primary.get()), nowNanos, 1000);
      }
    }
  }

  private static Recruit recruitOf(NodeSpec node, NodeFacts facts) {
    return new Recruit(
        node, facts.inRecovery(), facts.systemIdentifier(), facts.timeline(), facts.position());
  }

  /** An action has ended. */
  void acted(Ticket ticket, ActionOutcome outcome) {
    sync.acted(ticket, outcome);
    requests.acted(ticket, outcome);
  }
}
