package dev.howdah.pooler.notify;

import io.netty.channel.EventLoop;

/** Somebody who listens on channels of a {@link Listener}. */
public interface Subscriber {

  /** Where it lives. */
  EventLoop loop();

  /** A notification on one of its channels, in the order of commits. On its loop. */
  void onNotification(Notification notification);
}
