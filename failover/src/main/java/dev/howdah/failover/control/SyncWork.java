package dev.howdah.failover.control;

import dev.howdah.failover.decide.SyncPlan;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.SyncRule;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Changes the rule of synchronous replication in three steps: write the new rule beside the old one
 * in the topology, put it in force on the primary, and drop the old one when every member of the
 * new one has all that was written until then. One thread.
 */
final class SyncWork {

  private static final long MISSED_NANOS = TimeUnit.MILLISECONDS.toNanos(800);

  private final ActionDesk desk;
  private final NodeWatch watch;
  private long appliedRevision;
  private Lsn appliedAt = Lsn.ZERO;
  private Optional<Long> missingSinceNanos = Optional.empty();

  SyncWork(ActionDesk desk, NodeWatch watch) {
    this.desk = desk;
    this.watch = watch;
  }

  /** One round with a primary that answers; the topology to write, if one is. */
  Optional<Step> drive(ClusterState state, NodeFacts primary, long nowNanos) {
    Topology topology = state.topology();
    SyncRules rules = topology.sync();
    SyncRule wanted = desired(state, primary);
    boolean wait = !wanted.equals(rules.target()) && isMissed(rules.target(), wanted, nowNanos);
    if (!wait) {
      missingSinceNanos = Optional.empty();
    }
    SyncRule desired = wait ? rules.target() : wanted;
    if (!desired.equals(rules.target())) {
      return Optional.of(
          Step.write(
              topology.withSync(rules.towards(desired)),
              "commits shall be acknowledged by " + desired));
    }
    if (rules.isSettled()) {
      return Optional.empty();
    }
    if (appliedRevision != state.topologyRevision()) {
      state
          .node(topology.primary())
          .ifPresent(node ->
              desk.ask(
                  new NodeAction.ApplySync(node, desired, state.topologyRevision()),
                  nowNanos,
                  200));
      return Optional.empty();
    }
    Map<String, Lsn> flushed = primary.flushedByStandby();
    boolean caughtUp =
        desired.members().stream()
            .allMatch(name -> flushed.getOrDefault(name, Lsn.ZERO).compareTo(appliedAt) >= 0);
    return caughtUp
        ? Optional.of(
            Step.write(
                topology.withSync(SyncRules.settled(desired)),
                "commits are acknowledged by " + desired))
        : Optional.empty();
  }

  /**
   * Whether a member has only just gone. It gets a moment to come back, such as after a failover,
   * when the standbys are on their way to the new primary.
   */
  private boolean isMissed(SyncRule target, SyncRule desired, long nowNanos) {
    if (desired.members().containsAll(target.members())) {
      return false;
    }
    long since = missingSinceNanos.orElse(nowNanos);
    missingSinceNanos = Optional.of(since);
    return nowNanos - since < MISSED_NANOS;
  }

  private SyncRule desired(ClusterState state, NodeFacts primary) {
    List<String> eligible =
        state.standbys().stream().filter(node -> !node.nosync()).map(NodeSpec::name).toList();
    List<String> streaming =
        eligible.stream()
            .filter(name -> primary.flushedByStandby().containsKey(name))
            .filter(name -> watch.answering(name).isPresent())
            .toList();
    return SyncPlan.desired(state.config(), state.topology().sync().target(), streaming, eligible);
  }

  void acted(Ticket ticket, ActionOutcome outcome) {
    if (ticket.action() instanceof NodeAction.ApplySync apply
        && outcome instanceof ActionOutcome.SyncApplied applied) {
      appliedRevision = apply.revision();
      appliedAt = applied.appliedAt();
    }
  }
}
