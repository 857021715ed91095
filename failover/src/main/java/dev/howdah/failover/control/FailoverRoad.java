package dev.howdah.failover.control;

import dev.howdah.failover.decide.CandidateChoice;
import dev.howdah.failover.decide.Choice;
import dev.howdah.failover.decide.Recruit;
import dev.howdah.failover.decide.Wish;
import dev.howdah.failover.lease.LeaseKeeper;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.Evidence;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * From FENCED to SERVING. Where the road stands is in the topology, so whoever leads goes on with
 * what he finds; what is kept here can be gathered again.
 *
 * <ol>
 *   <li>FENCED: standbys stop receiving and the old primary is fenced over SQL, while poolers cut
 *       and acknowledge. When all have, or the lease has been waited out, nothing more can be
 *       acknowledged to a client.
 *   <li>Only then what each standby has received is read, because only then it contains every
 *       acknowledgement there was: a standby believed stopped may have been set going again.
 *   <li>The choice goes into the topology, PROMOTING, before the candidate hears of it.
 *   <li>The candidate is promoted and serves. If it cannot be, another one is chosen; what became
 *       of the first is nobody's business but its own, since nobody routes to it.
 * </ol>
 *
 * <p>A switchover goes the first part of it by {@link Handover}, as long as both nodes live.
 *
 * <p>Until PROMOTING the way back is open: no standby has been told to promote itself, so the old
 * primary may serve again if no candidate is good enough.
 */
class FailoverRoad {

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final long CANDIDATE_GIVEN_UP_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long REPLAY_GRANTED_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int PROMOTIONS_FAILED_MAX = 3;

  private final ActionDesk desk;
  private final NodeWatch watch;
  private final CandidateChoice chooser;
  private String operation = "";
  private long seenAtNanos;
  private boolean cutOff;
  private long cutOffAtNanos;
  private String candidate = "";
  private long candidateAtNanos;
  private int promotionsFailed;
  private Optional<ActionOutcome.Promoted> promoted = Optional.empty();
  private final Map<String, Recruit> recruits = new TreeMap<>();
  private final Phases phases;
  private final Handover handover;
  private final FastForwarding forwarding;

  FailoverRoad(
      ActionDesk desk, NodeWatch watch, CandidateChoice chooser, Phases phases, Handover handover) {
    this.desk = desk;
    this.watch = watch;
    this.chooser = chooser;
    this.phases = phases;
    this.handover = handover;
    this.forwarding = new FastForwarding(desk);
  }

  /** Leads no more, or there is no failover: whatever was gathered may be out of date. */
  void forget() {
    operation = "";
  }

  /** One round; the topology is FENCED or PROMOTING. */
  Step drive(ClusterState state, long nowNanos) {
    if (!operation.equals(state.topology().operation().id())) {
      operation = state.topology().operation().id();
      seenAtNanos = nowNanos;
      cutOff = false;
      candidate = "";
      recruits.clear();
      handover.forget();
      forwarding.forget();
    }
    boolean handsOver =
        state.topology().operation().kind() == OperationKind.SWITCHOVER
            && state.topology().state() == TopologyState.FENCED;
    if (!handsOver) {
      state
          .node(state.topology().primary())
          .ifPresent(old -> desk.ask(new NodeAction.Fence(old), nowNanos, 1000));
    }
    if (!cutOff && isCutOff(state, nowNanos)) {
      cutOff = true;
      cutOffAtNanos = nowNanos;
      recruits.clear();
      phases.ended(operation, "cut", seenAtNanos, nowNanos);
    }
    if (state.topology().state() == TopologyState.PROMOTING) {
      return promote(state, nowNanos);
    }
    return handsOver ? handOver(state, nowNanos) : recruit(state, nowNanos);
  }

  private Step handOver(ClusterState state, long nowNanos) {
    if (cutOff) {
      return handover
          .drive(state, recruits, cutOffAtNanos, nowNanos)
          .orElseGet(() -> recruit(state, nowNanos));
    }
    handover.prepare(state, nowNanos);
    return Step.wait("waiting for poolers to let go of " + state.topology().primary());
  }

  /** Whether nothing of an earlier epoch can be acknowledged to any client any more. */
  boolean isCutOff(ClusterState state, long nowNanos) {
    long waitNanos = LeaseKeeper.waitOutNanos(state.topology().writeLeaseMillis());
    return state.topology().state() == TopologyState.PROMOTING
        || state.allPoolersAcknowledged()
        || nowNanos - seenAtNanos >= waitNanos;
  }

  private Step recruit(ClusterState state, long nowNanos) {
    boolean complete = askStandbys(state, nowNanos);
    if (!cutOff) {
      return Step.wait("waiting for poolers to let go of " + state.topology().primary());
    }
    long since = Math.min(nowNanos - cutOffAtNanos, handover.sinceGivenUpNanos(nowNanos));
    if (!complete && since < PATIENCE_NANOS) {
      return Step.wait("asking the standbys what they have received");
    }
    Topology topology = state.topology();
    return switch (choose(state)) {
      case Choice.Promote(String name, Lsn received, String reason) ->
          Step.write(
              asFailover(topology, reason).promoting(name, received),
              "promoting " + name + ": " + reason);
      case Choice.FastForward wanted -> forwarding.drive(wanted, state, nowNanos);
      case Choice.Refuse(String reason) -> {
        boolean back =
            watch
                .seen(topology.primary())
                .filter(seen -> seen.factsAtNanos() - seenAtNanos > 0)
                .isPresent();
        Optional<NodeFacts> old = watch.answering(topology.primary());
        yield back && old.filter(facts -> isPrimary(facts, topology)).isPresent()
            ? Step.write(
                topology.rolledBack(reason),
                topology.primary() + " is back and serves again; " + reason)
            : Step.wait("no standby may be promoted: " + reason);
      }
    };
  }

  /** What is promoted by these rules may lack commits, which a switchover promises not to. */
  private Topology asFailover(Topology topology, String reason) {
    Operation running = topology.operation();
    if (running.kind() != OperationKind.SWITCHOVER) {
      return topology;
    }
    return topology.during(
        running
            .withLastPrimaryLsn(lastPrimaryLsn(topology))
            .asFailover("a switchover became a failover: " + reason));
  }

  private Lsn lastPrimaryLsn(Topology topology) {
    Lsn known = topology.operation().lastPrimaryLsn();
    return handover.end().filter(end -> end.compareTo(known) > 0).orElse(known);
  }

  private static boolean isPrimary(NodeFacts facts, Topology topology) {
    return !facts.inRecovery()
        && facts.timeline() == topology.timeline()
        && facts.systemIdentifier().equals(topology.systemIdentifier());
  }

  /** Asks those that have not answered yet; returns whether all that can be expected have. */
  private boolean askStandbys(ClusterState state, long nowNanos) {
    boolean complete = true;
    for (NodeSpec node : state.standbys()) {
      if (!recruits.containsKey(node.name())) {
        desk.ask(new NodeAction.StopReceiver(node), nowNanos, cutOff ? 0 : 300);
        Evidence evidence = watch.evidence(node.name());
        complete &= evidence == Evidence.HARD || evidence == Evidence.SILENT;
      }
    }
    return complete;
  }

  private Choice choose(ClusterState state) {
    Lsn last = lastPrimaryLsn(state.topology());
    return chooser.choose(
        new CandidateChoice.Case(
            state.topology(),
            state.config(),
            List.copyOf(recruits.values()),
            last.equals(Lsn.ZERO) ? Optional.empty() : Optional.of(last),
            state.runningRequest().map(Wish::of).orElse(Wish.NONE),
            forwarding.failed()));
  }

  private Step promote(ClusterState state, long nowNanos) {
    Topology topology = state.topology();
    String name = topology.operation().candidate().orElseThrow();
    if (!candidate.equals(name)) {
      candidate = name;
      candidateAtNanos = nowNanos;
      if (cutOffAtNanos != seenAtNanos) {
        boolean planned = topology.operation().kind() == OperationKind.SWITCHOVER;
        phases.ended(operation, planned ? "replay" : "recruit", cutOffAtNanos, nowNanos);
      }
      promoted = Optional.empty();
      promotionsFailed = 0;
    }
    if (promoted.isPresent()) {
      ActionOutcome.Promoted done = promoted.get();
      phases.ended(operation, "promote", candidateAtNanos, nowNanos);
      return Step.write(
          topology.promoted(
              done.timeline(),
              done.forkLsn(),
              SyncRules.settled(done.rule()),
              state.config().writeLeaseMillis()),
          name + " serves as primary");
    }
    Optional<NodeSpec> node = state.node(name);
    node.ifPresent(spec ->
        desk.ask(
            new NodeAction.Promote(spec, ruleUnder(spec, state), state.topologyRevision()),
            nowNanos,
            100));
    if (node.isEmpty() || isGivenUp(name, nowNanos - candidateAtNanos)) {
      return chooseAnother(state, name, nowNanos);
    }
    return Step.wait("waiting for " + name + " to be promoted");
  }

  /**
   * A candidate with much WAL to replay takes its time to open, and is waited for as long as it
   * answers and does not fail.
   */
  private boolean isGivenUp(String name, long sinceNanos) {
    Evidence evidence = watch.evidence(name);
    boolean hopeless = evidence == Evidence.SILENT || promotionsFailed >= PROMOTIONS_FAILED_MAX;
    return evidence == Evidence.HARD
        || (hopeless && sinceNanos >= CANDIDATE_GIVEN_UP_NANOS)
        || sinceNanos >= REPLAY_GRANTED_NANOS;
  }

  private Step chooseAnother(ClusterState state, String name, long nowNanos) {
    if (!askStandbys(state, nowNanos) && nowNanos - cutOffAtNanos < PATIENCE_NANOS) {
      return Step.wait(name + " cannot be promoted, asking the other standbys");
    }
    recruits.remove(name);
    return switch (choose(state)) {
      case Choice.FastForward wanted -> forwarding.drive(wanted, state, nowNanos);
      case Choice.Promote(String other, Lsn received, String reason) ->
          Step.write(
              asFailover(state.topology(), name + " cannot be promoted").promoting(other, received),
              name + " cannot be promoted, promoting " + other + ": " + reason);
      case Choice.Refuse(String reason) ->
          Step.wait(name + " cannot be promoted and there is no other: " + reason);
    };
  }

  /** The rule for the time after: the standbys that will follow, as far as they answer now. */
  private SyncRule ruleUnder(NodeSpec promotee, ClusterState state) {
    DynamicConfig config = state.config();
    List<String> others =
        state.nodes().stream()
            .filter(node -> !node.equals(promotee) && !node.nosync())
            .filter(node ->
                config.synchronousMode() == SynchronousMode.STRICT
                    || watch.answering(node.name()).filter(NodeFacts::inRecovery).isPresent())
            .map(NodeSpec::name)
            .toList();
    return config.synchronousMode() == SynchronousMode.OFF || others.isEmpty()
        ? SyncRule.NONE
        : SyncRule.any(Math.min(config.synchronousNodeCount(), others.size()), others);
  }

  /** An action of this road has ended. */
  void acted(Ticket ticket, ActionOutcome outcome, ClusterState state) {
    if (operation.isEmpty()) {
      return;
    }
    if (cutOff && ticket.askedAtNanos() - cutOffAtNanos >= 0) {
      handover.acted(ticket, outcome, state);
      forwarding.acted(ticket, outcome);
    }
    if (ticket.action() instanceof NodeAction.StopReceiver stop
        && outcome instanceof ActionOutcome.Stopped stopped
        && (!cutOff || ticket.askedAtNanos() - cutOffAtNanos >= 0)) {
      recruits.put(
          stop.node().name(),
          new Recruit(
              stop.node(),
              stopped.inRecovery(),
              stopped.systemIdentifier(),
              stopped.timeline(),
              stopped.received()));
    }
    if (ticket.action() instanceof NodeAction.Promote promote
        && promote.revision() == state.topologyRevision()) {
      switch (outcome) {
        case ActionOutcome.Promoted done -> promoted = Optional.of(done);
        case ActionOutcome.Failed _ -> promotionsFailed++;
        case ActionOutcome.Done _,
            ActionOutcome.Stopped _,
            ActionOutcome.Sealed _,
            ActionOutcome.CaughtUp _,
            ActionOutcome.Inspected _,
            ActionOutcome.SyncApplied _ ->
            throw new IllegalStateException(promote + " was answered by " + outcome);
      }
    }
  }
}
