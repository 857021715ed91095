package dev.howdah.pooler.routing;

import dev.howdah.topology.Lsn;
import java.util.function.IntUnaryOperator;

/**
 * Picks the replica for a read: the one with the least to do for its weight, and among equals each
 * in turn. One event loop.
 *
 * <p>Turns are taken as in stride scheduling: whoever is picked moves back by the reciprocal of its
 * weight, and who was away comes back to where the others are, not to where it left.
 */
public final class ReplicaChoice {
  private static final double COLD = 0.1; // the share with which one begins that came back

  private final double[] place;
  private double turn;

  /** Nobody was picked yet. */
  public ReplicaChoice(int nodes) {
    this.place = new double[nodes];
  }

  /**
   * The wishes for a read.
   *
   * @param zone where replicas are preferred; empty for no preference
   * @param position what it must have replayed
   * @param slowStartNanos how long one that came back gets fewer reads
   * @param excluded a node that is not wanted; -1 for none
   */
  public record Wishes(String zone, Lsn position, long slowStartNanos, int excluded) {}

  /**
   * The index of the node to read from; -1 when none may serve this read.
   *
   * @param busy how many reads a node has at present
   */
  public int pick(TopologyView view, Wishes wishes, long nowNanos, IntUnaryOperator busy) {
    boolean inZone = false;
    if (!wishes.zone.isEmpty()) {
      for (int i = 0; i < view.nodes().size() && !inZone; i++) {
        inZone = mayServe(view, i, wishes) && isIn(wishes.zone, view, i);
      }
    }
    int best = -1;
    double leastBusy = 0;
    for (int i = 0; i < view.nodes().size(); i++) {
      if (!mayServe(view, i, wishes) || (inZone && !isIn(wishes.zone, view, i))) {
        continue;
      }
      double load = busy.applyAsInt(i) / weight(view.nodes().get(i), wishes, nowNanos);
      if (best < 0 || load < leastBusy || (load == leastBusy && place(i) < place(best))) {
        best = i;
        leastBusy = load;
      }
    }
    if (best >= 0) {
      turn = place(best);
      place[best] = turn + 1 / weight(view.nodes().get(best), wishes, nowNanos);
    }
    return best;
  }

  private static boolean mayServe(TopologyView view, int index, Wishes wishes) {
    NodeState state = view.nodes().get(index);
    return state.serves()
        && index != wishes.excluded
        && state.position().compareTo(wishes.position) >= 0;
  }

  private static boolean isIn(String zone, TopologyView view, int index) {
    return view.nodes().get(index).node().zone().equals(zone);
  }

  private double place(int index) {
    return Math.max(place[index], turn);
  }

  private static double weight(NodeState state, Wishes wishes, long nowNanos) {
    double warmth = 1;
    long since = state.servesSinceNanos();
    if (since != 0 && wishes.slowStartNanos > 0) {
      warmth = (nowNanos - since) / (double) wishes.slowStartNanos;
    }
    return state.node().weight() * Math.clamp(warmth, COLD, 1.0);
  }
}
