package dev.howdah.pooler.pool;

/** Whether a database's pools give out server connections. */
public enum Hold {
  /** They do. */
  NONE,
  /** They give out none and close those that come back (console command PAUSE). */
  PAUSED,
  /** They give out none and keep those that come back (console command SUSPEND). */
  SUSPENDED
}
