package dev.howdah.failover.control;

import dev.howdah.failover.decide.Choice;
import dev.howdah.topology.NodeSpec;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Gives the preferred candidate the WAL that it lacks, from the standby that has most: it is
 * pointed there, waited for, and stopped again. Whoever takes too long is not preferred any more.
 * One thread.
 */
final class FastForwarding {

  private static final long GRANTED_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final ActionDesk desk;
  private final Set<String> failed = new HashSet<>();
  private Optional<Choice.FastForward> current = Optional.empty();
  private boolean caughtUp;
  private long sinceNanos;

  FastForwarding(ActionDesk desk) {
    this.desk = desk;
  }

  /** Another operation. */
  void forget() {
    failed.clear();
    current = Optional.empty();
  }

  /** Who cannot be given what he lacks. */
  Set<String> failed() {
    return failed;
  }

  /** One round towards {@code wanted}. */
  Step drive(Choice.FastForward wanted, ClusterState state, long nowNanos) {
    boolean known =
        current
            .filter(at -> at.candidate().equals(wanted.candidate()))
            .filter(at -> at.source().equals(wanted.source()))
            .isPresent();
    if (!known) {
      caughtUp = false;
      sinceNanos = nowNanos;
    }
    current = Optional.of(wanted);
    Optional<NodeSpec> node = state.node(wanted.candidate());
    Optional<NodeSpec> source = state.node(wanted.source());
    if (node.isEmpty() || source.isEmpty() || nowNanos - sinceNanos >= GRANTED_NANOS) {
      failed.add(wanted.candidate());
      return Step.wait(wanted.candidate() + " cannot be given what it lacks");
    }
    if (caughtUp) {
      desk.ask(new NodeAction.StopReceiver(node.get()), nowNanos, 100);
    } else {
      desk.ask(new NodeAction.Repoint(node.get(), source.get()), nowNanos, 1000);
      desk.ask(new NodeAction.CatchUp(node.get(), wanted.until()), nowNanos, 0);
    }
    return Step.wait(
        "%s is preferred and gets what it lacks from %s, up to %s"
            .formatted(wanted.candidate(), wanted.source(), wanted.until()));
  }

  /** An action has ended. */
  void acted(Ticket ticket, ActionOutcome outcome) {
    current
        .filter(at -> at.candidate().equals(ticket.action().node().name()))
        .filter(_ -> ticket.action() instanceof NodeAction.CatchUp)
        .filter(at ->
            outcome instanceof ActionOutcome.CaughtUp done
                && done.received().compareTo(at.until()) >= 0)
        .ifPresent(_ -> caughtUp = true);
  }
}
