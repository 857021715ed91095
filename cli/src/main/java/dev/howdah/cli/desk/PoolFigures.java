package dev.howdah.cli.desk;

/** What a row of SHOW POOLS says in fewer numbers. */
public final class PoolFigures {
  private static final long MICROS = 1_000_000L;

  private PoolFigures() {}

  /** How long the first in the queue has waited. */
  public static long longestWaitMicros(Row pool) {
    return pool.number("maxwait") * MICROS + pool.number("maxwait_us");
  }

  /** All server connections, whatever they are doing. */
  public static long servers(Row pool) {
    return pool.number("sv_active")
        + pool.number("sv_active_cancel")
        + pool.number("sv_being_canceled")
        + pool.number("sv_idle")
        + pool.number("sv_used")
        + pool.number("sv_tested")
        + pool.number("sv_login");
  }
}
