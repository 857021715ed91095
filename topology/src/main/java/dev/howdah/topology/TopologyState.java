package dev.howdah.topology;

/** Whether the primary that a {@link Topology} names may be written to. */
public enum TopologyState {
  /** Transactions go to the primary. */
  SERVING,
  /** Running transactions may end on the primary; no new one starts there. */
  PAUSING,
  /** Nothing goes to any primary. The old one is cut off, no standby has been promoted. */
  FENCED,
  /** As FENCED, and the candidate may have been told to promote itself already. */
  PROMOTING;

  /** Whether a lease on the primary may be held in this state. */
  public boolean permitsWrites() {
    return this == SERVING || this == PAUSING;
  }
}
