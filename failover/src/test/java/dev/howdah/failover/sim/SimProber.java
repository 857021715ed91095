package dev.howdah.failover.sim;

import dev.howdah.failover.control.NodeFacts;
import dev.howdah.failover.decide.EvidenceTracker;
import dev.howdah.failover.decide.EvidenceTracker.Outcome;
import dev.howdah.topology.Evidence;
import java.util.Optional;

/**
 * One observer's loop of questions to one node: a connection is held, and opened anew when lost.
 */
final class SimProber {

  /** Hears of every attempt. */
  interface Listener {
    void observed(String node, Evidence evidence, Optional<NodeFacts> facts);
  }

  private static final long ANSWER_DEADLINE = 1000 * World.MILLI;
  private static final long CONNECT_DEADLINE = 300 * World.MILLI;
  private static final long PERIOD = 250 * World.MILLI;

  private final SimProcess observer;
  private final SimPostgres node;
  private final Listener listener;
  private final EvidenceTracker tracker;
  private boolean held;
  private long question;

  SimProber(SimProcess observer, SimPostgres node, Listener listener) {
    this.observer = observer;
    this.node = node;
    this.listener = listener;
    this.tracker = new EvidenceTracker(observer.clock());
    observer.in(observer.world.random.nextInt((int) PERIOD), this::ask);
  }

  private void ask() {
    long number = ++question;
    World world = observer.world;
    observer.in(
        held ? ANSWER_DEADLINE : CONNECT_DEADLINE,
        () -> ended(number, Outcome.TIMED_OUT, Optional.empty()));
    if (!world.connected(observer.name, node.name)) {
      return;
    }
    world.at(world.latency(), () -> arrive(number));
  }

  private void arrive(long number) {
    if (!node.isRunning()) {
      answer(number, held ? Outcome.RESET : Outcome.REFUSED, Optional.empty());
    } else if (node.isPaused()) {
      // The kernel takes the bytes; nobody reads them until the process goes on.
      node.in(0, () -> arrive(number));
    } else if (node.starting) {
      answer(number, held ? Outcome.RESET : Outcome.STARTING, Optional.empty());
    } else {
      answer(number, Outcome.ANSWERED, Optional.of(node.facts()));
    }
  }

  private void answer(long number, Outcome outcome, Optional<NodeFacts> facts) {
    World world = observer.world;
    if (world.connected(node.name, observer.name)) {
      observer.in(world.latency(), () -> ended(number, outcome, facts));
    }
  }

  private void ended(long number, Outcome outcome, Optional<NodeFacts> facts) {
    if (number != question) {
      return;
    }
    question++;
    held = outcome == Outcome.ANSWERED;
    tracker.record(outcome, observer.clock());
    listener.observed(node.name, tracker.evidence(observer.clock()), facts);
    boolean again = outcome == Outcome.RESET || outcome == Outcome.REFUSED;
    observer.in(again ? 100 * World.MILLI : PERIOD, this::ask);
  }
}
