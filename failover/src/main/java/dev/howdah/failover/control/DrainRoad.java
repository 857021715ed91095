package dev.howdah.failover.control;

import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.Registration;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.Topology;
import dev.howdah.topology.UnmovablePolicy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * PAUSING: no transaction starts, and those that run may end. When all have, the old primary is
 * fenced under a new epoch; if they do not in time, or one of the two nodes is in trouble, or the
 * operator thinks better of it, the primary serves on as if nothing had been.
 *
 * <p>Draining is a courtesy, not a precaution: safety begins with the fencing. Whoever takes over
 * the lead goes on with what he finds, and gives it the whole time anew.
 */
class DrainRoad {

  private final NodeWatch watch;
  private final Phases phases;
  private String operation = "";
  private long seenAtNanos;

  DrainRoad(NodeWatch watch, Phases phases) {
    this.watch = watch;
    this.phases = phases;
  }

  /** Leads no more, or nothing is paused. */
  void forget() {
    operation = "";
  }

  /** One round; the topology is PAUSING. */
  Step drive(ClusterState state, long nowNanos) {
    Topology topology = state.topology();
    Operation running = topology.operation();
    if (!operation.equals(running.id())) {
      operation = running.id();
      seenAtNanos = nowNanos;
    }
    Optional<String> obstacle = obstacle(state);
    if (obstacle.isPresent()) {
      return rollBack(topology, obstacle.get());
    }
    OperatorRequest request = state.runningRequest().orElseThrow();
    Optional<String> awaited = awaited(state, request);
    if (awaited.isEmpty()) {
      phases.ended(operation, "drain", seenAtNanos, nowNanos);
      return Step.write(
          topology.fenced(running.withLastPrimaryLsn(lastLsn(topology))),
          "fencing " + topology.primary() + ": nothing runs there any more");
    }
    long sinceMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - seenAtNanos);
    if (sinceMillis >= request.drainTimeoutMillis()) {
      return rollBack(
          topology,
          "not drained within %d ms: %s".formatted(request.drainTimeoutMillis(), awaited.get()));
    }
    return Step.wait("draining " + topology.primary() + ": " + awaited.get());
  }

  private static Step rollBack(Topology topology, String reason) {
    return Step.write(topology.rolledBack(reason), topology.primary() + " serves on: " + reason);
  }

  /** Why this has to be given up at once, if it has to. */
  private Optional<String> obstacle(ClusterState state) {
    Topology topology = state.topology();
    Optional<OperatorRequest> request = state.runningRequest();
    if (request.isEmpty()) {
      return Optional.of("the request for it is gone");
    }
    if (request.get().state() != RequestState.RUNNING) {
      return Optional.of(request.get().outcome());
    }
    if (watch.answering(topology.primary()).filter(facts -> !facts.inRecovery()).isEmpty()) {
      return Optional.of(topology.primary() + " does not answer");
    }
    String candidate = topology.operation().candidate().orElse("");
    Optional<NodeSpec> primary = state.node(topology.primary());
    Optional<NodeFacts> facts = watch.answering(candidate);
    if (primary.isEmpty() || state.node(candidate).isEmpty()) {
      return Optional.of("one of the two nodes is not in the cluster any more");
    }
    return facts.isPresent()
            && facts.get().inRecovery()
            && facts.get().upstream().equals(Optional.of(primary.get().endpoint()))
        ? Optional.empty()
        : Optional.of(candidate + " does not stream from " + topology.primary());
  }

  /** Who or what has to end before the fencing; empty when all has. */
  Optional<String> awaited(ClusterState state, OperatorRequest request) {
    if (!state.isReadSince()) {
      return Optional.of("the poolers have only just been told");
    }
    List<Registration> undrained = state.undrained();
    if (!undrained.isEmpty()) {
      return Optional.of(
          undrained.stream()
              .map(Registration::id)
              .distinct()
              .collect(Collectors.joining(", ", "transactions still run through ", "")));
    }
    if (request.unmovable() != UnmovablePolicy.WAIT) {
      return Optional.empty();
    }
    String sessions =
        state.poolers().values().stream()
            .flatMap(at -> at.unmovable().stream())
            .map(session -> session.client() + " (" + session.reason() + ")")
            .collect(Collectors.joining(", "));
    return sessions.isEmpty()
        ? Optional.empty()
        : Optional.of("sessions that cannot be moved: " + sessions);
  }

  private Lsn lastLsn(Topology topology) {
    return watch
        .answering(topology.primary())
        .map(NodeFacts::position)
        .filter(at -> at.compareTo(topology.operation().lastPrimaryLsn()) > 0)
        .orElse(topology.operation().lastPrimaryLsn());
  }
}
