package dev.howdah.failover.sim;

import dev.howdah.failover.record.RecordCache;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Time, chance and the network of one simulated cluster. */
final class World {

  static final long MILLI = 1_000_000L;
  private static final int TRACE_LINES = 400;

  final Random random;
  final RecordCache records = new RecordCache();
  final List<SimPostgres> nodes = new ArrayList<>();
  final List<SimPooler> poolers = new ArrayList<>();
  final Mutation mutation;
  final Invariants invariants = new Invariants(this);
  long now;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Set<String> cut = new HashSet<>();
  private final Deque<String> trace = new ArrayDeque<>();
  private long sequence;
  int slowness = 1;
  long locks;

  private record Event(long at, long sequence, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  World(long seed, Mutation mutation) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 17);
    this.mutation = mutation;
  }

  void at(long delayNanos, Runnable what) {
    events.add(new Event(now + Math.max(0, delayNanos), ++sequence, what));
  }

  /** Runs until {@code until}, or as long as {@code goOn} says. */
  void runUntil(long until, BooleanSupplier goOn) {
    while (!events.isEmpty() && events.peek().at() <= until && goOn.getAsBoolean()) {
      Event next = events.poll();
      now = next.at();
      next.what().run();
    }
    now = Math.max(now, events.isEmpty() || events.peek().at() > until ? until : now);
  }

  /** Whether a message from one to the other would arrive. */
  boolean connected(String from, String to) {
    return cut.isEmpty() || !cut.contains(from + ">" + to);
  }

  void cut(String from, String to) {
    cut.add(from + ">" + to);
  }

  void heal(String from, String to) {
    cut.remove(from + ">" + to);
  }

  void healAll() {
    cut.clear();
  }

  /** How long a message travels: mostly a fraction of a millisecond, sometimes long. */
  long latency() {
    int dice = random.nextInt(1000);
    long base =
        dice < 960
            ? 50_000 + random.nextInt(500_000)
            : dice < 997 ? random.nextInt(30_000_000) : random.nextInt(400_000_000);
    return base * slowness;
  }

  long millis(int least, int most) {
    return (least + random.nextInt(most - least + 1)) * MILLI;
  }

  void log(String line) {
    if (trace.size() == TRACE_LINES) {
      trace.removeFirst();
    }
    trace.add("%10.3f ms  %s".formatted(now / 1e6, line));
  }

  String history() {
    return String.join("\n", trace);
  }
}
