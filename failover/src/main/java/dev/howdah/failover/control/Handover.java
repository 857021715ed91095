package dev.howdah.failover.control;

import dev.howdah.failover.decide.Recruit;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.Topology;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * From FENCED to PROMOTING in a switchover, or back.
 *
 * <ol>
 *   <li>The old primary is sealed: read-only, without clients. Where its WAL ends is read after
 *       that, and after the poolers have let go, so it is behind every acknowledgement there was.
 *   <li>The standbys that stay behind stop receiving, lest one of them gets WAL that the new
 *       history does not have, and would have to be rewound.
 *   <li>The candidate goes on receiving until it has replayed all of that.
 * </ol>
 *
 * <p>If this takes too long, the seal is broken first and the old primary serves again after that.
 * If the old primary is lost meanwhile, there is no way back, and it becomes a failover.
 */
class Handover {

  private static final long GRANTED_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long OTHERS_GRANTED_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private final ActionDesk desk;
  private final NodeWatch watch;
  private Optional<Lsn> end = Optional.empty();
  private Optional<ActionOutcome.CaughtUp> caughtUp = Optional.empty();
  private Lsn target = Lsn.ZERO;
  private String gaveUp = "";
  private long gaveUpAtNanos;
  private boolean unsealed;

  Handover(ActionDesk desk, NodeWatch watch) {
    this.desk = desk;
    this.watch = watch;
  }

  /** Another operation, or another time as leader. */
  void forget() {
    end = Optional.empty();
    caughtUp = Optional.empty();
    target = Lsn.ZERO;
    gaveUp = "";
    unsealed = false;
  }

  /** Where the old primary's WAL ends, if that is known. */
  Optional<Lsn> end() {
    return end;
  }

  /** Since when only a failover is left, as a duration; endless when that is not so. */
  long sinceGivenUpNanos(long nowNanos) {
    return gaveUp.isEmpty() ? Long.MAX_VALUE : nowNanos - gaveUpAtNanos;
  }

  /** Poolers are still letting go: what takes its time may begin. It is asked again afterwards. */
  void prepare(ClusterState state, long nowNanos) {
    stopOthers(state, Map.of(), nowNanos, 200);
  }

  /**
   * One round after the poolers have let go.
   *
   * @param recruits standbys stopped since then
   * @return empty when only a failover is left
   */
  Optional<Step> drive(
      ClusterState state, Map<String, Recruit> recruits, long cutOffAtNanos, long nowNanos) {
    Topology topology = state.topology();
    Optional<NodeSpec> old = state.node(topology.primary());
    Optional<NodeSpec> candidate = topology.operation().candidate().flatMap(state::node);
    if (gaveUp.isEmpty()) {
      gaveUp = whyGiveUp(topology, candidate, nowNanos - cutOffAtNanos);
      gaveUpAtNanos = nowNanos;
    }
    if (!gaveUp.isEmpty() || old.isEmpty() || candidate.isEmpty()) {
      return goBack(state, old, nowNanos);
    }
    if (end.isEmpty()) {
      desk.ask(new NodeAction.Seal(old.get(), state.topologyRevision()), nowNanos, 200);
    }
    boolean others = stopOthers(state, recruits, nowNanos, 20);
    if (end.isEmpty() || (!others && nowNanos - cutOffAtNanos < OTHERS_GRANTED_NANOS)) {
      return Optional.of(Step.wait("ending what is left on " + topology.primary()));
    }
    if (target.equals(Lsn.ZERO)) {
      target = target(topology, recruits);
    }
    if (!isCaughtUp(topology)) {
      desk.ask(new NodeAction.CatchUp(candidate.get(), target), nowNanos, 0);
      return Optional.of(
          Step.wait("waiting until %s has replayed %s".formatted(candidate.get().name(), target)));
    }
    String name = candidate.get().name();
    Operation operation = topology.operation().withLastPrimaryLsn(target);
    Lsn received = caughtUp.map(ActionOutcome.CaughtUp::received).orElse(target);
    return Optional.of(
        Step.write(
            topology.during(operation).promoting(name, received),
            "promoting " + name + ", which has everything up to " + target));
  }

  private String whyGiveUp(Topology topology, Optional<NodeSpec> candidate, long sinceNanos) {
    if (candidate.isEmpty()) {
      return "the candidate is not in the cluster any more";
    }
    for (String name : new String[] {topology.primary(), candidate.get().name()}) {
      Evidence evidence = watch.evidence(name);
      if (evidence == Evidence.HARD || evidence == Evidence.SILENT) {
        return name + " does not answer any more";
      }
    }
    return sinceNanos >= GRANTED_NANOS
        ? "%s has not replayed the last WAL of %s within %d ms"
            .formatted(
                candidate.get().name(),
                topology.primary(),
                TimeUnit.NANOSECONDS.toMillis(GRANTED_NANOS))
        : "";
  }

  /** Whether all standbys but the candidate that can be expected to stop have stopped. */
  private boolean stopOthers(
      ClusterState state, Map<String, Recruit> recruits, long nowNanos, long paceMillis) {
    boolean complete = true;
    for (NodeSpec node : state.standbys()) {
      boolean isCandidate =
          state.topology().operation().candidate().filter(node.name()::equals).isPresent();
      if (!isCandidate && !recruits.containsKey(node.name())) {
        desk.ask(new NodeAction.StopReceiver(node), nowNanos, paceMillis);
        complete &= watch.answering(node.name()).filter(NodeFacts::inRecovery).isEmpty();
      }
    }
    return complete;
  }

  /** What the candidate must have: all of the old primary's WAL, and no less than the others. */
  private Lsn target(Topology topology, Map<String, Recruit> recruits) {
    return recruits.values().stream()
        .filter(at -> at.descendsTo(topology) && at.timeline() == topology.timeline())
        .map(Recruit::received)
        .reduce(end.orElseThrow(), (one, other) -> one.compareTo(other) >= 0 ? one : other);
  }

  boolean isCaughtUp(Topology topology) {
    return caughtUp
        .filter(at -> at.received().compareTo(target) >= 0)
        .filter(at -> at.timeline() == topology.timeline())
        .filter(at -> at.systemIdentifier().equals(topology.systemIdentifier()))
        .isPresent();
  }

  /** The seal is broken before anybody is sent back to the old primary. */
  private Optional<Step> goBack(ClusterState state, Optional<NodeSpec> old, long nowNanos) {
    Topology topology = state.topology();
    boolean answers =
        watch
            .answering(topology.primary())
            .filter(facts -> !facts.inRecovery() && facts.timeline() == topology.timeline())
            .isPresent();
    if (old.isEmpty() || !answers) {
      return Optional.empty();
    }
    if (unsealed) {
      return Optional.of(
          Step.write(topology.rolledBack(gaveUp), topology.primary() + " serves again: " + gaveUp));
    }
    if (!desk.isUnderWay(NodeAction.Seal.class, old.get().name())) {
      desk.ask(new NodeAction.Unseal(old.get(), state.topologyRevision()), nowNanos, 200);
    }
    return Optional.of(Step.wait("giving up (" + gaveUp + "): " + topology.primary() + " is back"));
  }

  /** An action has ended that was asked for after the poolers had let go. */
  void acted(Ticket ticket, ActionOutcome outcome, ClusterState state) {
    NodeAction action = ticket.action();
    boolean current =
        action instanceof NodeAction.Seal seal && seal.revision() == state.topologyRevision();
    if (current && gaveUp.isEmpty() && outcome instanceof ActionOutcome.Sealed sealed) {
      end = Optional.of(sealed.end());
    }
    if (action instanceof NodeAction.CatchUp
        && outcome instanceof ActionOutcome.CaughtUp done
        && state
            .topology()
            .operation()
            .candidate()
            .filter(action.node().name()::equals)
            .isPresent()) {
      caughtUp = Optional.of(done);
    }
    if (action instanceof NodeAction.Unseal unseal
        && unseal.revision() == state.topologyRevision()
        && outcome instanceof ActionOutcome.Done
        && !gaveUp.isEmpty()
        && ticket.askedAtNanos() - gaveUpAtNanos >= 0) {
      unsealed = true;
    }
  }
}
