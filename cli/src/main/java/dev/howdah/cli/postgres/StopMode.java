package dev.howdah.cli.postgres;

import java.util.Locale;

/** How a server stops (docs: "Shutting Down the Server"). */
public enum StopMode {
  /** Transactions are rolled back, clients disconnected, a checkpoint is written. */
  FAST,
  /** As in a crash: the next start recovers from WAL. */
  IMMEDIATE;

  /** The word {@code pg_ctl stop -m} knows. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
