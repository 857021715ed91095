package dev.howdah.pooler.server;

/**
 * Where a server connection stands. An enum and not a record per state, because a connection
 * changes state twice a transaction and the hot path allocates nothing.
 */
public enum ServerState {
  /** Logged in, clean, waiting in its pool. */
  IDLE,
  /** Paired with a client. */
  LINKED,
  /** Its client said goodbye with replies still to come; they are dropped. */
  DRAINING,
  /** Runs statements of ours: a check, a ROLLBACK, the reset query. */
  BUSY,
  /** Clean, but a cancel request for its last client may still be on its way. */
  CANCELLING,
  /** Between two event loops. */
  MOVING,
  /** Gone. */
  CLOSED
}
