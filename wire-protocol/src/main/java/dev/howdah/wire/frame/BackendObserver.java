package dev.howdah.wire.frame;

import io.netty.buffer.ByteBuf;

/**
 * Told by a {@link BackendScanner} about the messages it asked for. Event loop of the connection
 * only.
 */
public interface BackendObserver {

  /**
   * Whether {@link #onMessage} should see the whole body of messages of this type. A wanted message
   * is held back until it is complete, so only small ones should be wanted.
   */
  boolean wants(byte type);

  /** A wanted message that is larger, header included, is relayed without being looked at. */
  default int wantedBytesMax() {
    return BackendScanner.WANTED_BYTES_MAX;
  }

  /**
   * A complete message that was wanted.
   *
   * @param type the message's type byte
   * @param in the buffer under the scanner; to be read by absolute index only, never kept
   * @param at index of the first body byte
   * @param length bytes of the body
   */
  void onMessage(byte type, ByteBuf in, int at, int length);
}
