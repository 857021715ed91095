package dev.howdah.topology;

/** What a switchover does about sessions that cannot be moved. */
public enum UnmovablePolicy {
  /**
   * Waits for them to end as long as it waits for transactions, and is cancelled if they do not.
   */
  WAIT,
  /** Cuts them off with the old primary. */
  CLOSE,
  /** Does not begin as long as there is one. */
  REFUSE
}
