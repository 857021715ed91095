package dev.howdah.pooler.server;

import io.netty.channel.EventLoop;

/** The pools' way to PostgreSQL: opens connections, and cancels what runs on them. */
public interface ServerOpener extends Canceller {

  /** Connects and logs in; {@code outcome} is called once, on {@code loop}. */
  void open(LoginRequest request, EventLoop loop, LoginOutcome outcome);

  /** Whether a connection still goes to one of its host's addresses, as far as they are known. */
  boolean isCurrent(ServerIdentity server);
}
