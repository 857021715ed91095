package dev.howdah.pooler.routing;

import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.RoutingConfig.Limits;
import dev.howdah.pooler.routing.NodeState.Role;
import dev.howdah.topology.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one node, and whether reads may go to it. A replica that was excluded for its
 * lag comes back when it is half as far behind as it may be; one that did not answer, after two
 * answers. One thread.
 */
final class NodeJudge {
  private static final int ANSWERS_AFTER_SILENCE = 2;

  private final NodeConfig node;
  private @Nullable NodeFacts facts;
  private String silence = "has not answered yet"; // empty while it answers
  private int answers; // since it was silent
  private boolean wasSilent;
  private boolean lagged;
  private long heardAtNanos;
  private long servesSinceNanos;
  private boolean served;

  NodeJudge(NodeConfig node) {
    this.node = node;
  }

  /** What it said last; null when it never spoke, or does not answer now. */
  @Nullable NodeFacts facts() {
    return silence.isEmpty() ? facts : null;
  }

  void onFacts(NodeFacts heard, long nowNanos) {
    facts = heard;
    silence = "";
    answers++;
    heardAtNanos = nowNanos;
  }

  void onSilence(String why) {
    wasSilent |= facts != null;
    answers = 0;
    silence = why;
  }

  /**
   * How it stands.
   *
   * @param primary whether it is the primary
   * @param cluster what the primary is known to be; null when there was none yet
   */
  NodeState state(
      boolean primary, @Nullable NodeFacts cluster, LagHistory history, Limits limits, long now) {
    NodeFacts known = facts;
    if (known == null || !silence.isEmpty()) {
      return state(primary ? Role.PRIMARY : Role.UNKNOWN, silence, known, 0, 0);
    }
    long lagBytes = known.inRecovery() ? known.position().bytesBehind(history.end()) : 0;
    long lagNanos = known.inRecovery() ? history.lagNanos(known.position(), now) : 0;
    String exclusion =
        primary ? "is the primary" : exclusion(known, cluster, lagBytes, lagNanos, limits);
    boolean serves = exclusion.isEmpty();
    if (serves && !served) {
      servesSinceNanos = wasSilent || lagged ? now : now - limits.slowStart().toNanos();
    }
    served = serves;
    Role role = primary ? Role.PRIMARY : known.inRecovery() ? Role.REPLICA : Role.UNKNOWN;
    return state(role, exclusion, known, lagBytes, lagNanos);
  }

  private String exclusion(
      NodeFacts known, @Nullable NodeFacts cluster, long lagBytes, long lagNanos, Limits limits) {
    if (cluster == null) {
      return "no primary is known to compare it with";
    }
    if (!known.systemIdentifier().equals(cluster.systemIdentifier())) {
      return "belongs to another cluster: system identifier "
          + known.systemIdentifier()
          + ", the primary's is "
          + cluster.systemIdentifier();
    }
    if (known.timeline() < cluster.timeline()) {
      return "is on the old timeline "
          + known.timeline()
          + ", the primary on "
          + cluster.timeline();
    }
    if (!known.inRecovery()) {
      return "is a second primary";
    }
    if (wasSilent && answers < ANSWERS_AFTER_SILENCE) {
      return "has just come back";
    }
    lagged = isTooFarBehind(lagBytes, lagNanos, limits);
    if (lagged) {
      return "is %.1f s and %d bytes behind".formatted(lagNanos / 1e9, lagBytes);
    }
    return node.weight() == 0 ? "has weight 0" : "";
  }

  private boolean isTooFarBehind(long lagBytes, long lagNanos, Limits limits) {
    int divisor = lagged ? 2 : 1;
    return (limits.time().isPositive() && lagNanos > limits.time().toNanos() / divisor)
        || (limits.bytes() > 0 && lagBytes > limits.bytes() / divisor);
  }

  private NodeState state(
      Role role, String exclusion, @Nullable NodeFacts known, long lagBytes, long lagNanos) {
    return new NodeState(
        node,
        role,
        exclusion,
        known == null ? "" : known.systemIdentifier(),
        known == null ? 0 : known.timeline(),
        known == null ? Lsn.ZERO : known.position(),
        known == null ? Lsn.ZERO : known.received(),
        lagBytes,
        lagNanos,
        heardAtNanos,
        exclusion.isEmpty() ? servesSinceNanos : 0);
  }
}
