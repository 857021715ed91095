package dev.howdah.wire.frame;

import io.netty.buffer.ByteBuf;

/**
 * Walks a server's bytes header by header and says how many of them may be relayed now; keeps no
 * reference to the buffer. One instance per server connection, one thread.
 *
 * <p>Bodies of messages nobody wants are relayed in pieces as they arrive, however large they are.
 * A header that is cut by the end of the buffer, and a wanted message that is not complete, are
 * left in the buffer: the caller keeps them and puts the next read behind them.
 */
public final class BackendScanner {
  /** Type byte and int32 length, which counts itself but not the type. */
  public static final int HEADER_BYTES = 5;

  /** A wanted message larger than this is relayed without being looked at, as a rule. */
  public static final int WANTED_BYTES_MAX = 1 << 16;

  private long opaqueBytesLeft; // tail of a large body whose head was already relayed

  /**
   * Scans the readable bytes of {@code in} without moving its indexes.
   *
   * @return how many readable bytes may be relayed now
   * @throws BrokenFrame if a length is impossible; nothing after it can be understood
   */
  public int scan(ByteBuf in, BackendObserver observer) {
    int start = in.readerIndex();
    int end = in.writerIndex();
    int at = start + (int) Math.min(opaqueBytesLeft, end - start);
    opaqueBytesLeft -= at - start;
    while (end - at >= HEADER_BYTES) {
      byte type = in.getByte(at);
      int length = in.getInt(at + 1);
      if (length < 4) {
        throw new BrokenFrame(type, length);
      }
      long size = 1L + length;
      if (observer.wants(type) && size <= observer.wantedBytesMax()) {
        if (end - at < size) {
          break;
        }
        observer.onMessage(type, in, at + HEADER_BYTES, length - 4);
      }
      long here = Math.min(size, end - at);
      opaqueBytesLeft = size - here;
      at += (int) here;
    }
    return at - start;
  }

  /** Whether the last byte relayed ended a message. */
  public boolean atBoundary() {
    return opaqueBytesLeft == 0;
  }
}
