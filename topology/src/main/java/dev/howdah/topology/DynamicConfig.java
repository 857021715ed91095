package dev.howdah.topology;

/**
 * Settings of the whole cluster, kept in the coordination store and changed at run time.
 *
 * @param paused no automatic failover
 * @param synchronousMode whether commits wait for standbys
 * @param synchronousNodeCount for how many, at least 1
 * @param maximumLagOnFailoverBytes a candidate that lacks more of the WAL that was seen on the
 *     primary is not promoted automatically
 * @param minFailoverIntervalMillis the least time from one promotion to the next automatic one
 * @param writeLeaseMillis D for the next epoch
 */
public record DynamicConfig(
    boolean paused,
    SynchronousMode synchronousMode,
    int synchronousNodeCount,
    long maximumLagOnFailoverBytes,
    long minFailoverIntervalMillis,
    long writeLeaseMillis) {

  /** What holds where nothing was configured. */
  public static final DynamicConfig DEFAULTS =
      new DynamicConfig(false, SynchronousMode.OFF, 1, 1L << 20, 30_000, 2_000);

  public DynamicConfig {
    require(synchronousNodeCount >= 1, "synchronous_node_count", synchronousNodeCount, "1");
    require(
        maximumLagOnFailoverBytes >= 0, "maximum_lag_on_failover", maximumLagOnFailoverBytes, "0");
    require(
        minFailoverIntervalMillis >= 0, "min_failover_interval", minFailoverIntervalMillis, "0");
    require(
        writeLeaseMillis >= Topology.WRITE_LEASE_MILLIS_MIN,
        "write_lease",
        writeLeaseMillis,
        Topology.WRITE_LEASE_MILLIS_MIN + " ms");
  }

  /** The same with automatic failover turned off or on. */
  public DynamicConfig withPaused(boolean pause) {
    return new DynamicConfig(
        pause,
        synchronousMode,
        synchronousNodeCount,
        maximumLagOnFailoverBytes,
        minFailoverIntervalMillis,
        writeLeaseMillis);
  }

  private static void require(boolean holds, String key, long value, String least) {
    if (!holds) {
      throw new IllegalArgumentException(key + " is " + value + ", must be at least " + least);
    }
  }
}
