package dev.howdah.failover.sim;

import dev.howdah.failover.control.NodeFacts;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.SyncRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL node. Its WAL is a list of entries, each unique in the world, and a position is the
 * length of that list, so equal entries at one place mean equal histories up to there.
 */
final class SimPostgres extends SimProcess {

  static final String SYSTEM_IDENTIFIER = "7300000000000000001";

  /** How a commit ended on the server. */
  enum Commit {
    DONE,
    /** Locally durable, but the wait for standbys was cancelled; the client gets a warning. */
    WAIT_CANCELLED,
    REFUSED
  }

  private record Waiting(int position, Consumer<Commit> answer) {}

  final NodeSpec spec;
  private long[] wal = new long[256];
  private int length;
  private int timeline = 1;
  int fork;
  boolean inRecovery;
  boolean readOnly;
  boolean starting;
  long orphansUntil;
  @Nullable SimPostgres upstream;
  long lockHolder;
  SyncRule rule = SyncRule.NONE;
  private final Map<String, Integer> flushed = new HashMap<>();
  private List<Waiting> waiting = new ArrayList<>();

  SimPostgres(World world, String name, int priority) {
    super(world, name);
    spec = new NodeSpec(name, new Endpoint(name, 5432), priority, false, false, false);
    streamLater();
  }

  int length() {
    return length;
  }

  int timeline() {
    return timeline;
  }

  long entry(int position) {
    return wal[position];
  }

  private void append(long entry, int entryTimeline) {
    if (length == wal.length) {
      wal = Arrays.copyOf(wal, length * 2);
    }
    wal[length++] = entry;
    timeline = entryTimeline;
  }

  /** Writes an entry and answers when the rule of synchronous replication is met. */
  void commit(long entry, Consumer<Commit> answer) {
    if (inRecovery || readOnly || starting) {
      answer.accept(Commit.REFUSED);
      return;
    }
    append(entry, timeline);
    if (rule.isNone()) {
      answer.accept(Commit.DONE);
      return;
    }
    waiting.add(new Waiting(length, answer));
    if (world.random.nextInt(60) == 0) {
      in(world.millis(0, 30), this::cancelWaits);
    }
  }

  /** Sessions are ended: what waits for standbys is told so. */
  void endSessions() {
    cancelWaits();
  }

  private void cancelWaits() {
    List<Waiting> cancelled = waiting;
    waiting = new ArrayList<>();
    cancelled.forEach(at -> at.answer().accept(Commit.WAIT_CANCELLED));
  }

  private void releaseWaits() {
    if (waiting.isEmpty()) {
      return;
    }
    List<Waiting> left = new ArrayList<>();
    for (Waiting at : waiting) {
      if (isAcknowledged(at.position())) {
        at.answer().accept(Commit.DONE);
      } else {
        left.add(at);
      }
    }
    waiting = left;
  }

  private boolean isAcknowledged(int position) {
    return rule.isNone()
        || rule.members().stream().filter(name -> flushed.getOrDefault(name, 0) >= position).count()
            >= rule.required();
  }

  void apply(SyncRule newRule) {
    rule = newRule;
    releaseWaits();
  }

  /** Ends the processes; those of running statements may live on a while as orphans. */
  void crash(long orphanNanos) {
    orphansUntil = world.now + orphanNanos;
    kill();
    starting = false;
    waiting = new ArrayList<>();
    flushed.clear();
    lockHolder = 0;
  }

  void start() {
    revive();
    orphansUntil = 0;
    streamLater();
  }

  /** A backend died: everything is reset, and recovery takes a while. */
  void crashRestart(long recoveryNanos) {
    crash(0);
    start();
    starting = true;
    in(recoveryNanos, () -> starting = false);
  }

  boolean serves() {
    return isAnswering() && !starting;
  }

  void promote() {
    if (!inRecovery) {
      return;
    }
    inRecovery = false;
    upstream = null;
    flushed.clear();
    append(world.invariants.newEntry(), timeline + 1);
  }

  /** pg_rewind or a new copy, then a standby of {@code primary}. */
  void rejoin(SimPostgres primary) {
    crash(0);
    wal = Arrays.copyOf(primary.wal, primary.wal.length);
    length = primary.length;
    timeline = primary.timeline;
    inRecovery = true;
    readOnly = false;
    rule = SyncRule.NONE;
    upstream = primary;
    start();
  }

  /** Whether WAL flows to this standby at this moment. */
  boolean streams() {
    SimPostgres from = upstream;
    return from != null
        && inRecovery
        && serves()
        && from.serves()
        && world.connected(from.name, name)
        && world.connected(name, from.name)
        && isPrefixOf(from);
  }

  private boolean isPrefixOf(SimPostgres other) {
    return length <= other.length && (length == 0 || wal[length - 1] == other.wal[length - 1]);
  }

  private void streamLater() {
    in(world.millis(4, 14), this::stream);
  }

  private void stream() {
    SimPostgres from = upstream;
    if (from != null && streams()) {
      int end = from.length;
      int begin = length;
      long[] sent = Arrays.copyOfRange(from.wal, begin, end);
      int sentTimeline = from.timeline;
      in(world.latency(), () -> receive(from, begin, sent, sentTimeline));
    }
    streamLater();
  }

  private void receive(SimPostgres from, int begin, long[] sent, int sentTimeline) {
    if (upstream != from || !inRecovery || starting || length != begin) {
      return;
    }
    for (long entry : sent) {
      append(entry, sentTimeline);
    }
    if (world.connected(name, from.name)) {
      int position = length;
      from.in(world.latency(), () -> from.acknowledged(this, position));
    }
  }

  private void acknowledged(SimPostgres standby, int position) {
    if (standby.upstream == this && standby.isRunning()) {
      flushed.merge(standby.name, position, Math::max);
      releaseWaits();
    }
  }

  NodeFacts facts() {
    Map<String, Lsn> streaming = new TreeMap<>();
    for (SimPostgres node : world.nodes) {
      if (node.upstream == this && node.streams()) {
        streaming.put(node.name, new Lsn(flushed.getOrDefault(node.name, 0)));
      }
    }
    SimPostgres from = upstream;
    return new NodeFacts(
        inRecovery,
        SYSTEM_IDENTIFIER,
        timeline,
        new Lsn(length),
        new Lsn(length),
        from != null && streams() ? Optional.of(from.spec.endpoint()) : Optional.empty(),
        streaming,
        readOnly);
  }
}
