package dev.howdah.failover.control;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Which actions are under way: of a kind one per node at a time, and not too often. One thread. */
final class ActionDesk {

  private static final long FAILED_PACE_MILLIS = 100;

  private record Kind(Class<? extends NodeAction> type, String node) {}

  private final ControllerPort port;
  private final Map<Kind, Ticket> last = new HashMap<>();
  private final Map<Kind, Ticket> underWay = new HashMap<>();
  private final Set<Kind> failed = new HashSet<>(); // when it ended last
  private long numbers;

  ActionDesk(ControllerPort port) {
    this.port = port;
  }

  /**
   * Begins {@code action}, unless its like is under way or was begun within {@code paceMillis}. One
   * that has failed is not repeated at once: a node that refuses does so without end.
   */
  void ask(NodeAction action, long nowNanos, long paceMillis) {
    Kind kind = new Kind(action.getClass(), action.node().name());
    Ticket before = last.get(kind);
    long pace = failed.contains(kind) ? Math.max(paceMillis, FAILED_PACE_MILLIS) : paceMillis;
    if (underWay.containsKey(kind)
        || (before != null
            && nowNanos - before.askedAtNanos() < TimeUnit.MILLISECONDS.toNanos(pace))) {
      return;
    }
    Ticket ticket = new Ticket(++numbers, action, nowNanos);
    last.put(kind, ticket);
    underWay.put(kind, ticket);
    port.act(ticket);
  }

  /** Whether an action of that type is under way at that node. */
  boolean isUnderWay(Class<? extends NodeAction> type, String node) {
    return underWay.containsKey(new Kind(type, node));
  }

  /** The action of {@code ticket} has ended. */
  void ended(Ticket ticket, ActionOutcome outcome) {
    Kind kind = new Kind(ticket.action().getClass(), ticket.action().node().name());
    underWay.remove(kind, ticket);
    if (outcome instanceof ActionOutcome.Failed) {
      failed.add(kind);
    } else {
      failed.remove(kind);
    }
  }
}
