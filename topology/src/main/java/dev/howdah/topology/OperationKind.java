package dev.howdah.topology;

/** What was being done when a topology was written. */
public enum OperationKind {
  /** The cluster was described for the first time. */
  INITIALIZE,
  /** The primary was found dead, and a standby takes over. */
  FAILOVER,
  /** The primary moves on request, with both nodes alive, and nothing is lost. */
  SWITCHOVER,
  /** An operator gives the primary up, whatever the controllers think of it. */
  MANUAL_FAILOVER
}
