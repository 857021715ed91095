package dev.howdah.topology;

import java.util.List;
import java.util.Optional;

/**
 * What an operator wants the controllers to do. There is one place for it in the store, so that two
 * operators at once hear of each other: a request is written only where there is none or the one
 * there is over.
 *
 * @param id of this request, unique; the operation it leads to has the same
 * @param kind {@link OperationKind#SWITCHOVER} or {@link OperationKind#MANUAL_FAILOVER}
 * @param to the node that shall become primary; absent to leave the choice
 * @param allowDataLoss for a failover, to promote a node that may lack acknowledged commits
 * @param dryRun only look whether it would be begun
 * @param unmovable what to do about sessions that cannot be moved
 * @param drainTimeoutMillis how long running transactions may take to end
 * @param by who asks
 * @param askedAtMillis wall clock of who asks
 * @param atMillis not before this moment of the wall clock; as {@code askedAtMillis} for at once
 * @param state how far it has come
 * @param outcome in words for an operator; empty before there is one
 * @param checks what was looked at before, empty until then
 */
public record OperatorRequest(
    String id,
    OperationKind kind,
    Optional<String> to,
    boolean allowDataLoss,
    boolean dryRun,
    UnmovablePolicy unmovable,
    long drainTimeoutMillis,
    String by,
    long askedAtMillis,
    long atMillis,
    RequestState state,
    String outcome,
    List<PreflightCheck> checks) {

  /** How long running transactions may take to end unless told. */
  public static final long DRAIN_TIMEOUT_MILLIS = 5_000;

  public OperatorRequest {
    checks = List.copyOf(checks);
    if (kind != OperationKind.SWITCHOVER && kind != OperationKind.MANUAL_FAILOVER) {
      throw new IllegalArgumentException("nobody can ask for " + kind);
    }
    if (drainTimeoutMillis < 0) {
      throw new IllegalArgumentException("drain timeout " + drainTimeoutMillis + " is negative");
    }
  }

  /** To move the primary at once, with everything else as usual. */
  public static OperatorRequest switchover(
      String id, Optional<String> to, String by, long nowMillis) {
    return new OperatorRequest(
        id,
        OperationKind.SWITCHOVER,
        to,
        false,
        false,
        UnmovablePolicy.WAIT,
        DRAIN_TIMEOUT_MILLIS,
        by,
        nowMillis,
        nowMillis,
        RequestState.WAITING,
        "",
        List.of());
  }

  /** To give the primary up at once. */
  public static OperatorRequest failover(
      String id, Optional<String> to, boolean allowDataLoss, String by, long nowMillis) {
    return new OperatorRequest(
        id,
        OperationKind.MANUAL_FAILOVER,
        to,
        allowDataLoss,
        false,
        UnmovablePolicy.CLOSE,
        0,
        by,
        nowMillis,
        nowMillis,
        RequestState.WAITING,
        "",
        List.of());
  }

  /** The same, not before a moment of the wall clock. */
  public OperatorRequest at(long millis) {
    return new OperatorRequest(
        id,
        kind,
        to,
        allowDataLoss,
        dryRun,
        unmovable,
        drainTimeoutMillis,
        by,
        askedAtMillis,
        millis,
        state,
        outcome,
        checks);
  }

  /** The same, only looked at. */
  public OperatorRequest asDryRun() {
    return new OperatorRequest(
        id,
        kind,
        to,
        allowDataLoss,
        true,
        unmovable,
        drainTimeoutMillis,
        by,
        askedAtMillis,
        atMillis,
        state,
        outcome,
        checks);
  }

  /** The same with another patience, and another way with sessions that cannot be moved. */
  public OperatorRequest draining(long timeoutMillis, UnmovablePolicy policy) {
    return new OperatorRequest(
        id,
        kind,
        to,
        allowDataLoss,
        dryRun,
        policy,
        timeoutMillis,
        by,
        askedAtMillis,
        atMillis,
        state,
        outcome,
        checks);
  }

  /** The same, further on. */
  public OperatorRequest now(RequestState newState, String newOutcome) {
    return new OperatorRequest(
        id,
        kind,
        to,
        allowDataLoss,
        dryRun,
        unmovable,
        drainTimeoutMillis,
        by,
        askedAtMillis,
        atMillis,
        newState,
        newOutcome,
        checks);
  }

  /** The same with what was looked at. */
  public OperatorRequest checked(List<PreflightCheck> found) {
    return new OperatorRequest(
        id,
        kind,
        to,
        allowDataLoss,
        dryRun,
        unmovable,
        drainTimeoutMillis,
        by,
        askedAtMillis,
        atMillis,
        state,
        outcome,
        found);
  }

  /** Whether it waits for a later moment than {@code wallClockMillis}. */
  public boolean isScheduledAfter(long wallClockMillis) {
    return state == RequestState.WAITING && atMillis > wallClockMillis;
  }

  /** What is asked for, in a few words. */
  public String sentence() {
    String what = kind == OperationKind.SWITCHOVER ? "switchover" : "failover";
    return what + to.map(name -> " to " + name).orElse("");
  }
}
