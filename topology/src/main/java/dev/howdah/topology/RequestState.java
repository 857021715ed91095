package dev.howdah.topology;

/** How far an {@link OperatorRequest} has come. */
public enum RequestState {
  /** Nobody has begun it, or its time has not come. */
  WAITING,
  /** The topology carries it. */
  RUNNING,
  /** Done; the topology is what was asked for. */
  DONE,
  /** Refused or rolled back; the old primary serves, or an automatic failover has taken over. */
  FAILED,
  /** An operator took it back before it was too late. */
  CANCELLED;

  /** Whether another request may take its place. */
  public boolean isOver() {
    return this != WAITING && this != RUNNING;
  }
}
