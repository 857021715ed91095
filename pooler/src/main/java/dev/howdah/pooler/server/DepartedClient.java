package dev.howdah.pooler.server;

import dev.howdah.wire.error.ErrorFields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes the place of a client that is gone while replies are still to come. */
final class DepartedClient implements LinkedClient {
  private final Runnable onSettled;

  DepartedClient(Runnable onSettled) {
    this.onSettled = onSettled;
  }

  @Override
  public void relay(ByteBuf bytes) {
    bytes.release();
  }

  @Override
  public void onSettled(byte status) {
    onSettled.run();
  }

  @Override
  public void onServerLost(@Nullable ErrorFields error) {}
}
