package dev.howdah.topology;

/** What one observer can say about a node, worst last but for the first. */
public enum Evidence {
  /** Not asked long enough to say anything. */
  UNKNOWN,
  /** It answers. */
  HEALTHY,
  /** It answers late, or lets nobody in for want of connections. Never a reason to fail over. */
  SLOW,
  /** It says that it starts up or recovers from a crash (SQLSTATE 57P03). */
  RECOVERING,
  /** Nothing comes back, neither an answer nor a refusal. */
  SILENT,
  /** The connection held was reset and new ones are refused: no server process is there. */
  HARD
}
