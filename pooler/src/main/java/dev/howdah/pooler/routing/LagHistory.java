package dev.howdah.pooler.routing;

import dev.howdah.topology.Lsn;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When the primary was seen to have written how far, to tell how old what a replica lacks is: by
 * our own clock, whatever the servers' clocks say, and also when nothing is written. One thread.
 */
final class LagHistory {
  private static final long STEP_NANOS = 50_000_000L;
  private static final int KEPT_MAX = 12_000; // ten minutes

  private record Point(long atNanos, Lsn position) {}

  private final Deque<Point> points = new ArrayDeque<>();

  void add(long atNanos, Lsn position) {
    Point last = points.peekLast();
    if (last != null && last.position.compareTo(position) >= 0) {
      return;
    }
    if (last != null && atNanos - last.atNanos < STEP_NANOS && points.size() > 1) {
      points.removeLast(); // the older of two times stays, for the newer position
      points.addLast(new Point(last.atNanos, position));
      return;
    }
    points.addLast(new Point(atNanos, position));
    if (points.size() > KEPT_MAX) {
      points.removeFirst();
    }
  }

  /** How far the primary is known to have written. */
  Lsn end() {
    Point last = points.peekLast();
    return last == null ? Lsn.ZERO : last.position;
  }

  /** How long ago the primary was first seen beyond a position; 0 when it was not. */
  long lagNanos(Lsn replayed, long nowNanos) {
    if (points.isEmpty() || end().compareTo(replayed) <= 0) {
      return 0;
    }
    for (Point point : points) {
      if (point.position.compareTo(replayed) > 0) {
        return Math.max(1, nowNanos - point.atNanos);
      }
    }
    return 0;
  }

  void clear() {
    points.clear();
  }
}
