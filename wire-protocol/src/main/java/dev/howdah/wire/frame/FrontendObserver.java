package dev.howdah.wire.frame;

import io.netty.buffer.ByteBuf;

/**
 * Looks at a client's messages on their way through a {@link FrontendScanner}. Event loop of the
 * client only.
 */
public interface FrontendObserver {

  /** Sees nothing and lets everything pass. */
  FrontendObserver NONE =
      new FrontendObserver() {
        @Override
        public boolean wants(byte type) {
          return false;
        }

        @Override
        public Verdict onMessage(byte type, ByteBuf in, int at, int seen, boolean whole) {
          return Verdict.PASS;
        }
      };

  /** What becomes of a message. */
  enum Verdict {
    /** It is relayed, and the server will answer it. */
    PASS,
    /** The server is not to see it; the observer has seen to it that it is cut out. */
    TAKEN,
    /** It cannot be dealt with now: the scan ends before it and begins with it the next time. */
    HOLD
  }

  /** Whether {@link #onMessage} is to see messages of this type. */
  boolean wants(byte type);

  /**
   * A message that was wanted.
   *
   * @param type the message's type byte
   * @param in the buffer under the scanner; to be read by absolute index only, never kept
   * @param at index of the type byte
   * @param seen bytes of the message that are in the buffer, the header included
   * @param whole whether that is all of it; a message larger than {@link
   *     FrontendScanner#WANTED_BYTES_MAX} is shown by its beginning only
   */
  Verdict onMessage(byte type, ByteBuf in, int at, int seen, boolean whole);
}
