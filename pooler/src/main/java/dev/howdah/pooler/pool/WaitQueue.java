package dev.howdah.pooler.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who waits in a pool shard, first in, first out. Event loop of the shard only. Whatever takes the
 * last waiter out says so to {@code onEmpty}, before any waiter is told anything.
 */
final class WaitQueue {
  private final Deque<Place> places = new ArrayDeque<>();
  private final Runnable onEmpty;

  /** A place in the queue. */
  static final class Place {
    private final Waiter waiter;
    private final long sinceNanos;
    private boolean notified;

    private Place(Waiter waiter, long sinceNanos) {
      this.waiter = waiter;
      this.sinceNanos = sinceNanos;
    }

    Waiter waiter() {
      return waiter;
    }

    /** Monotonic time since when it is taken. */
    long sinceNanos() {
      return sinceNanos;
    }
  }

  WaitQueue(Runnable onEmpty) {
    this.onEmpty = onEmpty;
  }

  void add(Waiter waiter) {
    places.addLast(new Place(waiter, System.nanoTime()));
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  int size() {
    return places.size();
  }

  /** Who waits longest, without taking it out. */
  @Nullable Place first() {
    return places.peekFirst();
  }

  /** Takes out who waits longest. */
  @Nullable Place poll() {
    Place first = places.pollFirst();
    if (first != null && places.isEmpty()) {
      onEmpty.run();
    }
    return first;
  }

  /** Takes out a waiter that lost interest, if it is there. */
  void forget(Waiter waiter) {
    take(place -> place.waiter.equals(waiter));
  }

  /** Takes out the logins. */
  List<Place> takeLogins() {
    return take(place -> place.waiter.isLogin());
  }

  /** Takes out everybody. */
  List<Place> takeAll() {
    return take(_ -> true);
  }

  /** Takes out those who have waited longer than they wanted to. */
  List<Place> takeExpired(long now) {
    return take(place -> {
      Duration max = place.waiter.waitMax();
      return max.isPositive() && now - place.sinceNanos > max.toNanos();
    });
  }

  private List<Place> take(Predicate<Place> wanted) {
    List<Place> taken = new ArrayList<>();
    places.removeIf(place -> wanted.test(place) && taken.add(place));
    if (places.isEmpty()) {
      onEmpty.run();
    }
    return taken;
  }

  /**
   * Those who have waited so long that they are to be told, each of them once.
   *
   * @param after zero for never
   */
  List<Waiter> toBeNotified(long now, Duration after) {
    List<Waiter> unaware = new ArrayList<>();
    if (after.isPositive()) {
      for (Place place : places) {
        if (!place.notified && now - place.sinceNanos > after.toNanos()) {
          place.notified = true;
          unaware.add(place.waiter);
        }
      }
    }
    return unaware;
  }

  /** Shows every waiter with the time it has waited since, the longest wait first. */
  void each(ObjLongConsumer<Waiter> visitor) {
    for (Place place : places) {
      visitor.accept(place.waiter, place.sinceNanos);
    }
  }
}
