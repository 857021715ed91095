package dev.howdah.failover.control;

import dev.howdah.failover.decide.CandidateChoice;
import dev.howdah.failover.decide.Choice;
import dev.howdah.failover.decide.Recruit;
import dev.howdah.failover.decide.Wish;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.PreflightCheck;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What operators ask for: looked at while a primary serves, begun, and answered when it is over.
 * The request is begun in the transaction that pauses or fences, so it is begun once, and one taken
 * back before that moment is never begun. One thread.
 */
final class RequestDesk {

  private static final long LATE_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final NodeWatch watch;
  private final Census census;
  private final CandidateChoice chooser;
  private final ControllerPort port;
  private final Inspection inspection;

  RequestDesk(
      ActionDesk desk,
      NodeWatch watch,
      Census census,
      CandidateChoice chooser,
      ControllerPort port) {
    this.watch = watch;
    this.census = census;
    this.chooser = chooser;
    this.port = port;
    this.inspection = new Inspection(desk);
  }

  /** An answer to a request whose operation has ended; the topology is SERVING. */
  Optional<Step> settle(ClusterState state) {
    Optional<OperatorRequest> running =
        state.request().filter(asked -> asked.state() == RequestState.RUNNING);
    if (running.isEmpty()) {
      return Optional.empty();
    }
    OperatorRequest request = running.get();
    Topology topology = state.topology();
    Operation last = topology.operation();
    if (!last.id().equals(request.id())) {
      return Optional.of(
          Step.answer(
              request.now(
                  RequestState.FAILED, "something else was done meanwhile: " + last.reason())));
    }
    boolean moved = last.candidate().filter(topology.primary()::equals).isPresent();
    boolean asAsked = moved && last.kind() == request.kind();
    return Optional.of(
        Step.answer(
            request.now(
                asAsked ? RequestState.DONE : RequestState.FAILED,
                asAsked
                    ? "%s is primary on timeline %d in epoch %s"
                        .formatted(topology.primary(), topology.timeline(), topology.epoch())
                    : moved
                        ? "%s is primary now, but not as planned: %s"
                            .formatted(topology.primary(), last.reason())
                        : "%s is still primary: %s".formatted(topology.primary(), last.reason()))));
  }

  /** A failover that an operator wants now, whatever the controller thinks of the primary. */
  Optional<Step> failover(ClusterState state, Optional<Lsn> lastLsn) {
    Optional<OperatorRequest> due = due(state, OperationKind.MANUAL_FAILOVER);
    return due.map(request -> late(request).orElseGet(() -> failover(state, request, lastLsn)));
  }

  private Step failover(ClusterState state, OperatorRequest request, Optional<Lsn> lastLsn) {
    Topology topology = state.topology();
    Optional<String> refusal = refusal(state, request, lastLsn);
    if (refusal.isPresent()) {
      return Step.answer(
          request
              .checked(List.of(PreflightCheck.failed("candidate", refusal.get())))
              .now(RequestState.FAILED, refusal.get()));
    }
    if (request.dryRun()) {
      return Step.answer(request.now(RequestState.DONE, "it would be begun"));
    }
    Operation operation = operation(request, topology, Optional.empty(), lastLsn);
    return Step.write(topology.fenced(operation), "fencing " + topology.primary() + " on request")
        .with(request.now(RequestState.RUNNING, ""));
  }

  private Optional<String> refusal(
      ClusterState state, OperatorRequest request, Optional<Lsn> lastLsn) {
    String primary = state.topology().primary();
    boolean serves = watch.answering(primary).filter(facts -> !facts.inRecovery()).isPresent();
    if (serves && !request.allowDataLoss()) {
      return Optional.of(
          primary
              + " answers, so a switchover moves the primary without losing anything;"
              + " --allow-data-loss gives it up all the same");
    }
    Optional<NodeSpec> wanted = request.to().flatMap(state::node);
    if (request.to().isPresent() && wanted.isEmpty()) {
      return Optional.of("there is no node " + request.to().get());
    }
    if (wanted.filter(node -> node.name().equals(primary)).isPresent()) {
      return Optional.of(primary + " is the primary already");
    }
    if (wanted.filter(NodeSpec::nofailover).isPresent()) {
      return Optional.of(wanted.get().name() + " is marked nofailover");
    }
    List<Recruit> standbys = watch.recruits(state);
    if (wanted.isPresent() && standbys.stream().noneMatch(at -> at.node().equals(wanted.get()))) {
      return Optional.of(wanted.get().name() + " does not answer");
    }
    Choice prospect =
        chooser.choose(
            new CandidateChoice.Case(
                state.topology(), state.config(), standbys, lastLsn, Wish.of(request), Set.of()));
    return prospect instanceof Choice.Refuse(String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  /** A switchover that is asked for and due, while all is well. */
  Optional<Step> switchover(ClusterState state, Optional<Lsn> lastLsn, long nowNanos) {
    Optional<OperatorRequest> due = due(state, OperationKind.SWITCHOVER);
    if (due.isEmpty()) {
      inspection.forget();
      return Optional.empty();
    }
    OperatorRequest request = due.get();
    Optional<Step> late = late(request);
    if (late.isPresent()) {
      return late;
    }
    return inspection
        .drive(state, request, watch.standings(state), census.poolers(state, nowNanos), nowNanos)
        .map(found -> begin(state, request, found, lastLsn));
  }

  private static Step begin(
      ClusterState state, OperatorRequest request, Inspection.Found found, Optional<Lsn> lastLsn) {
    OperatorRequest checked = request.checked(found.checks());
    Optional<PreflightCheck> failed =
        found.checks().stream().filter(PreflightCheck::isFailed).findFirst();
    if (failed.isPresent() || found.candidate().isEmpty()) {
      return Step.answer(
          checked.now(
              RequestState.FAILED,
              "not begun: " + failed.map(PreflightCheck::detail).orElse("there is no candidate")));
    }
    String name = found.candidate().get().name();
    if (request.dryRun()) {
      return Step.answer(checked.now(RequestState.DONE, "it would be begun, to " + name));
    }
    Topology topology = state.topology();
    Operation operation = operation(request, topology, Optional.of(name), lastLsn);
    return Step.write(
            topology.pausing(operation),
            "switchover from %s to %s, asked for by %s"
                .formatted(topology.primary(), name, request.by()))
        .with(checked.now(RequestState.RUNNING, ""));
  }

  private static Operation operation(
      OperatorRequest request,
      Topology topology,
      Optional<String> candidate,
      Optional<Lsn> lastLsn) {
    return new Operation(
        request.id(),
        request.kind(),
        request.sentence() + " asked for by " + request.by(),
        request.by(),
        Optional.of(topology.primary()),
        candidate,
        lastLsn.orElse(Lsn.ZERO),
        Lsn.ZERO);
  }

  private Optional<OperatorRequest> due(ClusterState state, OperationKind kind) {
    return state
        .request()
        .filter(asked -> asked.state() == RequestState.WAITING && asked.kind() == kind)
        .filter(asked -> !asked.isScheduledAfter(port.wallClockMillis()));
  }

  /** Nobody expects a switchover that was asked for when no controller was there to hear of it. */
  private Optional<Step> late(OperatorRequest request) {
    long lateMillis = port.wallClockMillis() - request.atMillis();
    return lateMillis < LATE_MILLIS
        ? Optional.empty()
        : Optional.of(
            Step.answer(
                request.now(
                    RequestState.FAILED,
                    "not begun: its time was %d s ago and no controller was there to begin it; ask again"
                        .formatted(lateMillis / 1000))));
  }

  /** An action has ended. */
  void acted(Ticket ticket, ActionOutcome outcome) {
    inspection.acted(ticket, outcome);
  }
}
