package dev.howdah.cli.serve;

/** Signals that are orders to a running pooler, as PgBouncer's. */
public enum OperatorSignal {
  /** Drain, then end; at once the second time. */
  TERM,
  /** End when all server connections are released; at once the second time. */
  INT,
  /** Pause. */
  USR1,
  /** Resume. */
  USR2
}
