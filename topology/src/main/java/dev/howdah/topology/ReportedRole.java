package dev.howdah.topology;

/** What a node says it is. Never what decides on routing: that is the topology alone. */
public enum ReportedRole {
  /** It has not answered yet. */
  UNKNOWN,
  /** Out of recovery, and takes writes. */
  PRIMARY,
  /** Out of recovery, with the mark of a fenced node: its transactions are read-only by default. */
  FENCED,
  /** In recovery. */
  STANDBY;

  /** From what a node says. */
  public static ReportedRole of(boolean inRecovery, boolean readOnly) {
    return inRecovery ? STANDBY : readOnly ? FENCED : PRIMARY;
  }
}
