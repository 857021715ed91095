package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientSession;
import dev.howdah.pooler.client.ClientView;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.ServerIdentity;
import dev.howdah.pooler.tls.TlsChannel;
import java.net.SocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a server connection stood at one moment.
 *
 * @param tls version and cipher suite; empty without encryption
 * @param owing whether the server works on something
 * @param status of its transaction: I, T or E
 * @param client the linked client; null for none
 * @param closeReason why it is closed when it comes back; null if it is not
 */
record ServerView(
    long id,
    PoolKey key,
    Standing standing,
    boolean owing,
    byte status,
    ServerIdentity identity,
    @Nullable SocketAddress localAddress,
    String tls,
    long openedAtNanos,
    long usedAtNanos,
    @Nullable ClientView client,
    @Nullable String closeReason) {

  /** PgBouncer's words for where a server connection stands. */
  enum Standing {
    ACTIVE,
    IDLE,
    /** Idle for so long that it is checked before its next use. */
    USED,
    /** Runs a statement of ours. */
    TESTED,
    BEING_CANCELED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Event loop of the connection only. */
  static ServerView of(ServerConnection server, PoolShard shard) {
    return new ServerView(
        server.id(),
        shard.pool().key(),
        standing(server, shard),
        server.isOwing(),
        server.status(),
        server.identity(),
        server.channel().localAddress(),
        TlsChannel.describe(server.channel()),
        server.openedAtNanos(),
        server.usedAtNanos(),
        server.client() instanceof ClientSession session ? session.describe() : null,
        server.retirement());
  }

  static Standing standing(ServerConnection server, PoolShard shard) {
    return switch (server.state()) {
      case LINKED, DRAINING -> Standing.ACTIVE;
      case IDLE -> shard.needsCheck(server) ? Standing.USED : Standing.IDLE;
      case BUSY -> Standing.TESTED;
      case CANCELLING -> Standing.BEING_CANCELED;
      case MOVING, CLOSED -> Standing.IDLE; // in no shard's list
    };
  }

  /** What the transaction does, in words. */
  String transaction() {
    if (owing) {
      return "running";
    }
    return switch (status) {
      case 'T' -> "idle in transaction";
      case 'E' -> "idle in failed transaction";
      default -> "none";
    };
  }
}
