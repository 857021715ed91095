package dev.howdah.pooler.pool;

import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.Settings;
import dev.howdah.wire.error.ErrorFields;
import java.time.Duration;

/** Someone who wants a server connection. Event loop of the shard only. */
public interface Waiter {

  /** The connection is yours until you release it; you stand in no queue any more. */
  void onCheckout(ServerConnection server);

  /** You have waited that long, and {@link #onCheckout} comes next. */
  default void onWaited(long nanos) {}

  /** You will not get one: you were taken out of the queue. */
  void onRefused(ErrorFields error);

  /** You have waited for {@code query_wait_notify} and wait on. */
  void onLongWait(String who);

  /** The settings it will have on its server connection. */
  default Settings settings() {
    return Settings.NONE;
  }

  /** Whether this is a login, which is told at once when the server cannot be reached. */
  boolean isLogin();

  /** How long you are ready to wait; zero is for ever. */
  Duration waitMax();
}
