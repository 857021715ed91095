package dev.howdah.pooler.server;

import io.netty.channel.EventLoop;

/** Delivers cancel requests to PostgreSQL, each on a connection of its own. */
public interface Canceller {

  /**
   * Asks the server to cancel what the given process is doing (docs: "Canceling Requests in
   * Progress").
   *
   * @param loop where to work and to call back
   * @param onDelivered called exactly once, on {@code loop}
   */
  void cancel(ServerIdentity server, EventLoop loop, OnDelivered onDelivered);

  /** Told when a cancel request can do nothing any more. */
  @FunctionalInterface
  interface OnDelivered {

    /**
     * The request is over.
     *
     * @param certain true when the server has closed the connection, which it does after it sent
     *     the signal, or was never reached; false when it took too long, so that the signal may
     *     still come
     */
    void delivered(boolean certain);
  }
}
