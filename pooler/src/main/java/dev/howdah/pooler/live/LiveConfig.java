package dev.howdah.pooler.live;

import dev.howdah.pooler.config.PoolerConfig;

/**
 * The snapshot in force. Whoever has to see a reload holds this and asks when it needs something;
 * two answers to one question are taken from one snapshot. Safe for all threads, free to read.
 */
public final class LiveConfig {
  private volatile Snapshot now;

  /** The first snapshot. */
  public LiveConfig(Snapshot first) {
    this.now = first;
  }

  /** All of it. */
  public Snapshot now() {
    return now;
  }

  /** What the files say. */
  public PoolerConfig config() {
    return now.config();
  }

  /** Puts the next one in force. */
  void replace(Snapshot next) {
    now = next;
  }
}
