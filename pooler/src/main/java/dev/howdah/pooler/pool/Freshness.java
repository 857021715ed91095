package dev.howdah.pooler.pool;

import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.config.ServerConfig;
import dev.howdah.pooler.server.ServerConnection;

/** Whether server connections are fit for further use, by their age and by how long they idle. */
final class Freshness {
  private static final double LIFETIME_JITTER = 0.1;

  private final long lifetimeNanos;
  private final boolean checks;
  private final long checkDelayNanos;
  private final long idleMaxNanos;

  Freshness(PoolSettings settings, ServerConfig config) {
    this.lifetimeNanos = settings.serverLifetime().toNanos();
    this.checks = config.checks();
    this.checkDelayNanos = config.checkDelay().toNanos();
    this.idleMaxNanos = config.idleTimeout().toNanos();
  }

  /** Whether its lifetime is over; with a lifetime of zero, as soon as it was used. */
  boolean isTooOld(ServerConnection server, long now) {
    if (lifetimeNanos == 0) {
      return server.wasUsed();
    }
    long jitter = (long) (lifetimeNanos * LIFETIME_JITTER * spread(server));
    return now - server.openedAtNanos() >= lifetimeNanos - jitter;
  }

  /** Whether it has been idle for so long that it is checked before its next use. */
  boolean needsCheck(ServerConnection server, long now) {
    return checks && (checkDelayNanos == 0 || now - server.usedAtNanos() > checkDelayNanos);
  }

  /** Whether it has been idle for so long that it may be closed. */
  boolean isSurplus(ServerConnection server, long now) {
    return idleMaxNanos > 0 && now - server.usedAtNanos() > idleMaxNanos;
  }

  /** A number between 0 and 1 that stays with a connection, so that not all of them end at once. */
  private static double spread(ServerConnection server) {
    return ((server.identity().processId() * 0x9E3779B9) >>> 8) / (double) (1 << 24);
  }
}
