package dev.howdah.failover.agent;

import dev.howdah.failover.act.NodeHands;
import dev.howdah.failover.control.ActionOutcome;
import dev.howdah.failover.control.Controller;
import dev.howdah.failover.control.ControllerPort;
import dev.howdah.failover.control.NodeFacts;
import dev.howdah.failover.control.Ticket;
import dev.howdah.failover.decide.CandidateChoice;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.observe.ConnectedStandby;
import dev.howdah.failover.observe.NodeObservation;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordCache;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.topology.Lsn;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A controller at work in this process. */
public final class ControllerAgent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControllerAgent.class);

  private final CoordinationStore store;
  private final String key;
  private final StoreCalls calls;
  private final NodeHands hands;
  private final Controller controller;
  private final StepLoop loop;
  private final CoordinationStore.Watch watch;
  private volatile boolean leading;

  /**
   * Begins at once.
   *
   * @param observer started by the caller, after this
   */
  public ControllerAgent(
      ProcessIdentity identity, CoordinationStore store, NodeObserver observer, NodeHands hands) {
    this(store, observer, hands, new ClusterCounters(identity));
  }

  /** The same, which tells {@code counters} whether it leads. */
  public ControllerAgent(
      CoordinationStore store, NodeObserver observer, NodeHands hands, ClusterCounters counters) {
    ProcessIdentity identity = counters.identity();
    this.store = store;
    this.key = Keys.controller(identity.id(), identity.bootId());
    this.hands = hands;
    this.controller =
        new Controller(identity, new RecordCache(), new CandidateChoice(), new Port());
    this.loop = new StepLoop("controller-" + identity.id(), this::tick);
    this.calls = new StoreCalls(store, loop);
    observer.listen((node, evidence, observation) ->
        loop.tell(now ->
            controller.observed(node, evidence, observation.map(ControllerAgent::facts), now)));
    observer.heartbeatWhile(() -> leading);
    this.watch = store.watch(Keys.TOPOLOGY, () -> loop.tell(controller::hint));
    counters.leadingFrom(this::isLeading);
    loop.start();
  }

  private void tick(long now) {
    controller.tick(now);
    leading = controller.isLeader(now);
  }

  /** Whether this controller leads, as far as it knows. Any thread. */
  public boolean isLeading() {
    return leading;
  }

  private static NodeFacts facts(NodeObservation seen) {
    Map<String, Lsn> flushed =
        seen.standbys().stream()
            .filter(ConnectedStandby::isStreaming)
            .collect(
                Collectors.toMap(
                    ConnectedStandby::name, ConnectedStandby::flushed, (one, _) -> one));
    return new NodeFacts(
        seen.inRecovery(),
        seen.systemIdentifier(),
        seen.timeline(),
        seen.position(),
        seen.replayed(),
        seen.upstream(),
        flushed,
        seen.readOnly());
  }

  /** Ends it and takes back its registration; another one leads a moment later. */
  @Override
  public void close() {
    watch.close();
    loop.close();
    Registrar.leave(store, key);
  }

  private final class Port implements ControllerPort {

    @Override
    public void read(List<String> selectors) {
      calls.read(selectors, controller::readDone, controller::readFailed);
    }

    @Override
    public void write(Purpose purpose, GuardedWrite write) {
      calls.write(write, (result, now) -> controller.written(purpose, result, now));
    }

    @Override
    public void act(Ticket ticket) {
      Thread.startVirtualThread(() -> {
        ActionOutcome outcome = new ActionOutcome.Failed("interrupted");
        try {
          outcome = hands.perform(ticket.action());
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
          LOG.error("an action failed", e);
          outcome = new ActionOutcome.Failed(e.toString());
        }
        ActionOutcome known = outcome;
        loop.tell(now -> controller.acted(ticket, known, now));
      });
    }

    @Override
    public void report(String sentence) {
      LOG.info("{}", sentence);
    }

    @Override
    public long wallClockMillis() {
      return System.currentTimeMillis();
    }
  }
}
