package dev.howdah.pooler.server;

import dev.howdah.wire.error.ErrorFields;
import io.netty.channel.Channel;

/**
 * How an attempt to open a server connection ended; exactly one method is called, once, on the loop
 * it was started for.
 */
public interface LoginOutcome {

  /**
   * Logged in and ready for queries. The channel's pipeline is empty but for transport security,
   * and reading is stopped: add a handler, then read.
   */
  void loggedIn(Channel channel, ServerIdentity identity);

  /**
   * It failed.
   *
   * @param refused whether the server itself said no, so that asking again at once is pointless
   */
  void failed(ErrorFields error, boolean refused);
}
