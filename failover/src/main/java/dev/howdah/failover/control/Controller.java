package dev.howdah.failover.control;

import dev.howdah.failover.control.ControllerPort.Purpose;
import dev.howdah.failover.decide.CandidateChoice;
import dev.howdah.failover.lease.OwnRegistration;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordCache;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.Guard;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.WriteResult;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.HistoryEntry;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One controller: stands for leader, and while it leads keeps the cluster with exactly one primary
 * that is written to.
 *
 * <p>It acts only on a topology that it has read, or of whose writing it has been told; never on
 * what it has merely tried to write. A write whose outcome is unknown stops it until it has read
 * again. So two controllers that both believe to lead differ only in what they try, and the store
 * accepts one of them.
 *
 * <p>A step machine: every call tells the time and what happened, and begins things through {@link
 * ControllerPort}. One thread.
 */
public final class Controller {

  private static final long READ_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long URGENT_READ_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long HASTY_READ_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ProcessIdentity self;
  private final RecordCache records;
  private final ControllerPort port;
  private final OwnRegistration own;
  private final Leadership leadership;
  private final NodeWatch watch = new NodeWatch();
  private final Census census = new Census();
  private final ActionDesk desk;
  private final Phases phases = new Phases();
  private final DrainRoad drain;
  private final FailoverRoad road;
  private final Serving serving;
  private @Nullable ClusterState state;
  private boolean reading;
  private boolean hinted = true;
  private long readSentAtNanos;
  private boolean writingTopology;
  private @Nullable Step attempted;
  private boolean unsure;
  private long unsureSinceNanos;
  private long historyWritten;
  private boolean clearing;
  private long operations;
  private String sentence = "";

  /** Nothing happens before the first {@link #tick}. {@code chooser} picks candidates. */
  public Controller(
      ProcessIdentity self, RecordCache records, CandidateChoice chooser, ControllerPort port) {
    this(self, records, chooser, port, new Roads());
  }

  /** With other roads, for the check of the simulation itself. */
  Controller(
      ProcessIdentity self,
      RecordCache records,
      CandidateChoice chooser,
      ControllerPort port,
      Roads roads) {
    this.self = self;
    this.records = records;
    this.port = port;
    this.own = new OwnRegistration(self, Keys.controller(self.id(), self.bootId()));
    this.leadership = new Leadership(self);
    this.desk = new ActionDesk(port);
    this.drain = roads.drain(watch, phases);
    this.road = roads.failover(desk, watch, chooser, phases, roads.handover(desk, watch));
    this.serving = new Serving(self.id(), desk, watch, census, chooser, port);
  }

  /** Time has passed; to be called every few milliseconds. */
  public void tick(long nowNanos) {
    boolean busy = state != null && state.topology().state() != TopologyState.SERVING;
    long interval =
        busy && leadership.isLeader(nowNanos)
            ? HASTY_READ_NANOS // clients wait, and poolers answer within milliseconds
            : own.needsRead() || unsure ? URGENT_READ_NANOS : READ_NANOS;
    if (!reading && (hinted || nowNanos - readSentAtNanos >= interval)) {
      reading = true;
      hinted = false;
      readSentAtNanos = nowNanos;
      port.read(ClusterState.SELECTORS);
    }
    own.due(nowNanos).ifPresent(write -> port.write(Purpose.REGISTRATION, write));
    lead(nowNanos);
  }

  /** The store may have changed. */
  public void hint(long nowNanos) {
    hinted = true;
    tick(nowNanos);
  }

  /**
   * An attempt to reach a node has ended.
   *
   * @param facts what it said, if it answered
   */
  public void observed(String node, Evidence evidence, Optional<NodeFacts> facts, long nowNanos) {
    boolean changed = watch.evidence(node) != evidence;
    watch.observed(node, evidence, facts, nowNanos);
    own.observe(watch.observations());
    if (changed) {
      tick(nowNanos);
    }
  }

  /** The read was answered. */
  public void readDone(Snapshot snapshot, long nowNanos) {
    reading = false;
    own.seen(snapshot);
    Optional<ClusterState> read = ClusterState.of(snapshot, records);
    boolean late =
        read.isEmpty()
            || (state != null && read.get().topologyRevision() < state.topologyRevision());
    if (!late) {
      state = read.get();
      leadership.seen(state, readSentAtNanos, nowNanos);
      census.seen(state, nowNanos);
      serving.seen(state, nowNanos);
      if (unsure && readSentAtNanos - unsureSinceNanos >= 0) {
        unsure = false;
      }
    }
    tick(nowNanos);
  }

  /** No answer came to the read. */
  public void readFailed(long nowNanos) {
    reading = false;
    tick(nowNanos);
  }

  /** A write has a result. */
  public void written(Purpose purpose, WriteResult result, long nowNanos) {
    switch (purpose) {
      case REGISTRATION -> own.written(result);
      case LEADER -> {
        leadership.written();
        hinted = true;
      }
      case TOPOLOGY -> topologyWritten(result, nowNanos);
      case HISTORY -> {
        if (result instanceof WriteResult.Unknown) {
          historyWritten = 0;
        }
      }
      case RETIREMENT -> clearing = false;
    }
    tick(nowNanos);
  }

  private void topologyWritten(WriteResult result, long nowNanos) {
    writingTopology = false;
    hinted = true;
    if (result instanceof WriteResult.Applied applied && attempted != null && state != null) {
      state = state.after(attempted, applied.revision());
      serving.seen(state, nowNanos);
    } else {
      unsure = true;
      unsureSinceNanos = nowNanos;
    }
  }

  /** An action has ended. */
  public void acted(Ticket ticket, ActionOutcome outcome, long nowNanos) {
    desk.ended(ticket, outcome);
    if (outcome instanceof ActionOutcome.Failed failed) {
      port.report(
          ticket.action().getClass().getSimpleName()
              + " of "
              + ticket.action().node().name()
              + " failed: "
              + failed.reason());
    }
    if (state != null) {
      road.acted(ticket, outcome, state);
      serving.acted(ticket, outcome);
    }
    tick(nowNanos);
  }

  /** Whether this controller leads, as far as it knows. */
  public boolean isLeader(long nowNanos) {
    return leadership.isLeader(nowNanos);
  }

  private void lead(long nowNanos) {
    if (state == null) {
      return;
    }
    leadership.due(state, nowNanos).ifPresent(write -> port.write(Purpose.LEADER, write));
    if (!leadership.isLeader(nowNanos)) {
      road.forget();
      drain.forget();
      return;
    }
    if (writingTopology || unsure) {
      return;
    }
    Step step =
        switch (state.topology().state()) {
          case SERVING -> serve(state, nowNanos);
          case PAUSING -> {
            road.forget();
            yield drain.drive(state, nowNanos);
          }
          case FENCED, PROMOTING -> {
            drain.forget();
            yield road.drive(state, nowNanos);
          }
        };
    say(step.sentence());
    if (step.isWrite()) {
      operations++;
      writingTopology = true;
      attempted = step;
      port.write(Purpose.TOPOLOGY, guarded(state, step));
    }
  }

  private Step serve(ClusterState known, long nowNanos) {
    road.forget();
    drain.forget();
    audit(known);
    clear(known, nowNanos);
    return serving.drive(known, nowNanos, self.id() + "/" + self.bootId() + "/" + operations);
  }

  /**
   * Guarded by the configuration as well: what was paused a moment ago is not begun now. And by the
   * operator's request where it may still be taken back.
   */
  private static GuardedWrite guarded(ClusterState known, Step step) {
    List<Guard> guards = new ArrayList<>();
    List<GuardedWrite.Change> changes = new ArrayList<>();
    step.write()
        .ifPresent(next -> {
          guards.add(new Guard(Keys.TOPOLOGY, known.topologyRevision()));
          guards.add(new Guard(Keys.CONFIG, known.configRevision()));
          changes.add(new GuardedWrite.Change(Keys.TOPOLOGY, Optional.of(RecordJson.write(next))));
        });
    step.request()
        .ifPresent(next ->
            changes.add(
                new GuardedWrite.Change(Keys.REQUEST, Optional.of(RecordJson.write(next)))));
    if (step.request().isPresent() || known.topology().state() == TopologyState.PAUSING) {
      guards.add(new Guard(Keys.REQUEST, known.requestRevision()));
    }
    return new GuardedWrite(guards, changes);
  }

  private void say(String now) {
    if (!now.equals(sentence)) {
      sentence = now;
      port.report(now);
    }
  }

  private void audit(ClusterState at) {
    Topology topology = at.topology();
    boolean moved = topology.operation().candidate().filter(topology.primary()::equals).isPresent();
    if (topology.operation().kind() == OperationKind.INITIALIZE
        || !moved
        || historyWritten == topology.epoch().value()) {
      return;
    }
    historyWritten = topology.epoch().value();
    HistoryEntry entry =
        new HistoryEntry(
            topology.epoch(),
            topology.operation(),
            topology.primary(),
            topology.timeline(),
            topology.forkLsn(),
            topology.operation().estimatedLossBytes(),
            port.wallClockMillis(),
            phases.of(topology.operation().id()));
    port.report(
        "epoch %s: %s took over from %s on timeline %d at %s, %d bytes of the WAL seen before are missing, phases %s ms"
            .formatted(
                entry.epoch(),
                entry.to(),
                entry.operation().from().orElse("nobody"),
                entry.timeline(),
                entry.forkLsn(),
                entry.estimatedLossBytes(),
                entry.phaseMillis()));
    port.write(
        Purpose.HISTORY,
        GuardedWrite.put(Keys.history(topology.epoch()), 0, RecordJson.write(entry)));
  }

  private void clear(ClusterState at, long nowNanos) {
    if (clearing) {
      return;
    }
    census.clearances(at, nowNanos).stream()
        .findFirst()
        .ifPresent(write -> {
          clearing = true;
          port.write(Purpose.RETIREMENT, write);
        });
  }
}
