package dev.howdah.pooler.client;

import io.netty.channel.EventLoop;

/** A client whose running statement can be cancelled by the key it was given. */
public interface CancelTarget {

  /** Where {@link #cancelRunning} is to be called. Any thread. */
  EventLoop loop();

  /**
   * Cancels what this client is running, if it is.
   *
   * @param onDone called on {@link #loop} when nothing of a later statement can be hit by it
   */
  void cancelRunning(Runnable onDone);
}
