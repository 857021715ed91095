package dev.howdah.pooler.pool;

import io.netty.channel.Channel;

/** Takes a channel from one event loop to another. */
public final class LaneMove {

  private LaneMove() {}

  /**
   * Stops reading, leaves the present loop and joins the lane's. Nothing is read in between; bytes
   * that arrive wait in the socket. To be called on the channel's present loop.
   *
   * @param onArrived called on the new loop; reading is still stopped
   * @param onFailed called on some thread when the channel could not be moved; it is closed then
   */
  public static void move(Channel channel, Lane to, Runnable onArrived, Runnable onFailed) {
    channel.config().setAutoRead(false);
    channel
        .deregister()
        .addListener(left -> {
          if (!left.isSuccess()) {
            channel.close();
            onFailed.run();
            return;
          }
          to.loop()
              .register(channel)
              .addListener(joined -> {
                if (joined.isSuccess()) {
                  to.loop().execute(onArrived);
                } else {
                  channel.close();
                  onFailed.run();
                }
              });
        });
  }
}
