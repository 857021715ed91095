package dev.howdah.pooler.client;

/**
 * Where a client session stands. An enum and not a record per state, because a session changes
 * state four times a transaction and the hot path allocates nothing.
 *
 * <pre>
 *   LOGGING_IN -> IDLE -> WAITING -> LINKED -> IDLE
 *                 IDLE <- WAITING, when what it waits for is cancelled
 *        any of them -> CLOSED
 * </pre>
 */
public enum ClientState {
  /** Authenticated; what the server reports is not known yet. */
  LOGGING_IN,
  /** Owns nothing. */
  IDLE,
  /** Has asked for something and stands in a pool's queue. */
  WAITING,
  /** Paired with a server connection. */
  LINKED,
  /** Gone, or told why and about to be. */
  CLOSED;

  boolean mayBecome(ClientState next) {
    return switch (next) {
      case LOGGING_IN -> false;
      case IDLE -> this == LOGGING_IN || this == LINKED || this == WAITING;
      case WAITING -> this == IDLE;
      case LINKED -> this == WAITING || this == LOGGING_IN;
      case CLOSED -> this != CLOSED;
    };
  }
}
