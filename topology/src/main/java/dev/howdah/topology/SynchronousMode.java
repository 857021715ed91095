package dev.howdah.topology;

/** Whether commits wait for standbys, as Patroni's {@code synchronous_mode}. */
public enum SynchronousMode {
  /** They do not. A failover may lose the last of them, within a bound. */
  OFF,
  /** They do as long as a standby is there. */
  ON,
  /** They do even when none is there: writes are held rather than kept on one node only. */
  STRICT
}
