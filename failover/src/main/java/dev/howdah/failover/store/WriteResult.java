package dev.howdah.failover.store;

/** What became of a {@link GuardedWrite}. */
public sealed interface WriteResult {

  /**
   * It happened.
   *
   * @param revision that every key it put has now
   */
  record Applied(long revision) implements WriteResult {}

  /** A guard did not hold; nothing was changed. */
  record Refused() implements WriteResult {}

  /**
   * Nobody knows: it may have happened, may happen yet, or never. The keys must be read again; what
   * is read is true then, and the guards see to it that a late arrival changes only what nobody
   * else has.
   *
   * @param reason why, for the log
   */
  record Unknown(String reason) implements WriteResult {}
}
