package dev.howdah.pooler.server;

import dev.howdah.wire.error.ErrorFields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a server connection needs of the client it is linked to. Event loop of both only. As it is
 * here, a client takes everything at once and sends whole messages.
 */
public interface LinkedClient {

  /** Sends bytes on without flushing; takes over the buffer. */
  void relay(ByteBuf bytes);

  /** Whether the last message it sent was relayed to the server as a whole. */
  default boolean sentWholeMessages() {
    return true;
  }

  /** The server takes bytes again after it was full. */
  default void onServerWritable() {}

  /** Flushes what {@link #relay} was given since the last flush. */
  default void flush() {}

  /**
   * Whether more bytes can be taken without piling up; {@link ServerConnection#resumeReading} is
   * called when they can again.
   */
  default boolean isWritable() {
    return true;
  }

  /**
   * The server owes nothing any more and has said where its transaction stands; everything it sent
   * was relayed. The link may be let go.
   *
   * @param status the status byte of the ReadyForQuery: I, T or E
   */
  void onSettled(byte status);

  /**
   * The server reported a new value of a setting.
   *
   * @return what the client is to be told of it; null for nothing
   */
  default @Nullable String onParameter(String name, String value) {
    return value;
  }

  /**
   * The server connection has the client's settings, and nothing was sent behind them: whatever the
   * client holds back for that may go on.
   */
  default void onAligned() {}

  /**
   * The whole ErrorResponse that it is to see in place of one of the server's; null for the
   * server's.
   *
   * @param body of what the server sent, only to be looked at
   */
  default @Nullable ByteBuf translateError(ByteBuf body) {
    return null;
  }

  /**
   * Whether the last ReadyForQuery of what was asked is not to be relayed: the client's side sends
   * one itself, when it has said something else before.
   *
   * @param status of that message: I, T or E
   */
  default boolean withholdsReady(byte status) {
    return false;
  }

  /** Whether notifications are handed to {@link #onNotification} instead of being relayed. */
  default boolean takesNotifications() {
    return false;
  }

  /**
   * A NotificationResponse came.
   *
   * @param body without type and length; valid during the call
   */
  default void onNotification(ByteBuf body) {}

  /** PostgreSQL refused something the client asked. */
  default void onError() {}

  /** Who it is, for those who wait for a server connection; null if that is nobody to name. */
  default @Nullable Holder holder() {
    return null;
  }

  /**
   * A connection to a server that another one can replace is gone, and the link with it. The client
   * is told by its own side, which knows what it had asked.
   *
   * @param gone is closed; what it says of itself is as of its last answer
   * @param wholeAnswers whether the client has been sent whole messages only
   */
  default void onNodeLost(ServerConnection gone, boolean wholeAnswers) {
    onServerLost(null);
  }

  /**
   * The server connection is gone and the link with it.
   *
   * @param error what to tell the client; null when the server's own words were relayed already
   */
  void onServerLost(@Nullable ErrorFields error);
}
