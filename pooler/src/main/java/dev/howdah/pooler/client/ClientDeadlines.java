package dev.howdah.pooler.client;

import dev.howdah.pooler.config.PoolMode;
import dev.howdah.pooler.config.PoolSettings;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.session.PinReason;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long a client may do what it does. Nothing is timed while it happens: the session counts, and
 * at each tick of its event loop the counts are compared with those of the tick before. Event loop
 * of the client only.
 */
final class ClientDeadlines {
  /** The message for a client that kept its server connection while it was idle for too long. */
  static final String PIN_IDLE_TIMEOUT = "pin_idle_timeout";

  private int reads; // from either side
  private int readsAtTick;
  private int settles;
  private int settlesAtTick;
  private boolean owingAtTick;
  private long unchangedSinceNanos;

  /** The client is welcome. */
  void begin(long nowNanos) {
    unchangedSinceNanos = nowNanos;
  }

  /** Bytes came, from either side. */
  void onRead() {
    reads++;
  }

  /** The server owes nothing any more. */
  void onSettled() {
    settles++;
  }

  /** Compares the counts; {@code server} is the one the client is linked to. */
  void tick(long nowNanos, @Nullable ServerConnection server) {
    boolean owing = server != null && server.isOwing();
    boolean same = owing ? settles == settlesAtTick : reads == readsAtTick;
    if (!same || owing != owingAtTick) {
      unchangedSinceNanos = nowNanos;
    }
    readsAtTick = reads;
    settlesAtTick = settles;
    owingAtTick = owing;
  }

  /** What a client without a server connection is told when it has been idle for too long. */
  @Nullable ErrorFields idle(PoolSettings limits, long nowNanos) {
    return isOver(limits.clientIdleTimeout(), unchangedSinceNanos, nowNanos)
        ? ErrorFields.fatal(SqlState.IDLE_SESSION_TIMEOUT, "client_idle_timeout")
        : null;
  }

  /** What a client in a transaction that no server knows of is told when it has been idle. */
  @Nullable ErrorFields idleInTransaction(PoolSettings limits, long nowNanos) {
    return isOver(limits.idleTransactionTimeout(), unchangedSinceNanos, nowNanos)
        ? ErrorFields.fatal(
            SqlState.IDLE_IN_TRANSACTION_SESSION_TIMEOUT, "idle transaction timeout")
        : null;
  }

  /**
   * What a linked client is told when what it does takes too long.
   *
   * @param pins why it keeps its server connection between transactions, beside its pool mode
   * @param linkedAtNanos when its transaction got the server connection
   */
  @Nullable ErrorFields linked(
      PoolSettings limits,
      Duration pinIdleTimeout,
      ServerConnection server,
      PoolMode mode,
      Set<PinReason> pins,
      long linkedAtNanos,
      long nowNanos) {
    boolean owing = server.isOwing();
    boolean inTransaction = server.status() != 'I';
    if (owing && isOver(limits.queryTimeout(), unchangedSinceNanos, nowNanos)) {
      return ErrorFields.fatal(SqlState.QUERY_CANCELED, "query timeout");
    }
    if (!owing
        && inTransaction
        && isOver(limits.idleTransactionTimeout(), unchangedSinceNanos, nowNanos)) {
      return ErrorFields.fatal(
          SqlState.IDLE_IN_TRANSACTION_SESSION_TIMEOUT, "idle transaction timeout");
    }
    boolean kept = mode == PoolMode.SESSION || !pins.isEmpty();
    if (kept && !owing && !inTransaction) {
      ErrorFields idle = idle(limits, nowNanos);
      return idle != null || mode == PoolMode.SESSION
          ? idle
          : pinned(pinIdleTimeout, pins, nowNanos);
    }
    return mode != PoolMode.SESSION && isOver(limits.transactionTimeout(), linkedAtNanos, nowNanos)
        ? ErrorFields.fatal(SqlState.TRANSACTION_TIMEOUT, "transaction timeout")
        : null;
  }

  private @Nullable ErrorFields pinned(Duration max, Set<PinReason> pins, long nowNanos) {
    return isOver(max, unchangedSinceNanos, nowNanos)
        ? ErrorFields.fatal(SqlState.IDLE_SESSION_TIMEOUT, PIN_IDLE_TIMEOUT)
            .withDetail(
                "The client kept its server connection while it was idle, because it "
                    + PinReason.phrase(pins)
                    + ".")
            .withHint("Give up that state between transactions, or use session pooling.")
        : null;
  }

  private static boolean isOver(Duration max, long since, long now) {
    return max.isPositive() && now - since > max.toNanos();
  }
}
