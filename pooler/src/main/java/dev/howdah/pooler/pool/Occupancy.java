package dev.howdah.pooler.pool;

import dev.howdah.pooler.server.Holder;
import dev.howdah.pooler.server.LinkedClient;
import dev.howdah.pooler.server.ServerConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a part of a pool and who has had one of its server connections for longest, as it
 * stood at one moment. A shard publishes this at every tick while somebody waits for the pool, so
 * that the others can speak of the whole pool without asking.
 *
 * @param waiting clients in the shard's queue
 * @param longest who has had a connection for longest; null for nobody
 */
record Occupancy(int waiting, @Nullable Holder longest) {
  /** Nobody waits and nobody was looked at. */
  static final Occupancy NONE = new Occupancy(0, null);

  private static final double NANOS_PER_SECOND = 1e9;

  /** How it stands on the calling event loop. */
  static Occupancy of(int waiting, List<ServerConnection> servers) {
    Holder longest = null;
    for (ServerConnection server : servers) {
      LinkedClient client = server.client();
      longest = longer(longest, client == null ? null : client.holder());
    }
    return new Occupancy(waiting, longest);
  }

  /** Both together. */
  Occupancy plus(Occupancy other) {
    return new Occupancy(waiting + other.waiting, longer(longest, other.longest));
  }

  private static @Nullable Holder longer(@Nullable Holder one, @Nullable Holder other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return other.linkedAtNanos() - one.linkedAtNanos() < 0 ? other : one;
  }

  /** One sentence for whoever waits. */
  String text(PoolKey pool, int inUse, int size, long nowNanos) {
    String counts = "pool %s: %d of %d in use, %d waiting".formatted(pool, inUse, size, waiting);
    Holder holder = longest;
    return holder == null ? counts : counts + "; " + text(holder, nowNanos);
  }

  private static String text(Holder holder, long nowNanos) {
    StringBuilder who = new StringBuilder();
    if (!holder.applicationName().isEmpty()) {
      who.append("application ").append(holder.applicationName()).append(", ");
    }
    who.append("pid ").append(holder.serverProcessId());
    if (holder.statement() != 0) {
      who.append(", statement 0x").append(Long.toHexString(holder.statement()));
    }
    double held = Math.max(0, nowNanos - holder.linkedAtNanos()) / NANOS_PER_SECOND;
    return "longest held for %.1f s by client %d (%s)".formatted(held, holder.clientId(), who);
  }
}
