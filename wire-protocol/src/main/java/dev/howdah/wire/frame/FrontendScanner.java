package dev.howdah.wire.frame;

import dev.howdah.wire.frame.FrontendObserver.Verdict;
import io.netty.buffer.ByteBuf;

/**
 * Walks a client's bytes header by header, notes in an {@link AwaitedReplies} what the server will
 * have to answer, and says how many bytes may be relayed now. One instance per client, one thread.
 *
 * <p>Unlike a server, a client is not trusted: an unknown type or an impossible length is a {@link
 * BrokenFrame}. Scanning stops before a Terminate, which is never relayed, since server connections
 * outlive clients.
 */
public final class FrontendScanner {
  /** A wanted message larger than this is shown by its beginning only. */
  public static final int WANTED_BYTES_MAX = 1 << 16;

  private static final byte TERMINATE = 'X';

  private final int messageBytesMax;
  private long opaqueBytesLeft; // tail of a body whose head was already relayed
  private boolean terminated;

  /**
   * A scanner at the start of a message.
   *
   * @param messageBytesMax the largest message accepted, header not counted ({@code
   *     max_packet_size})
   */
  public FrontendScanner(int messageBytesMax) {
    this.messageBytesMax = messageBytesMax;
  }

  /**
   * Scans the readable bytes of {@code in} without moving its indexes.
   *
   * @param awaited told of every message header met
   * @return how many readable bytes may be relayed now; what is left is a cut header, or a
   *     Terminate and what follows it (see {@link #terminated})
   * @throws BrokenFrame if the bytes are not protocol
   */
  public int scan(ByteBuf in, AwaitedReplies awaited) {
    return scan(in, awaited, FrontendObserver.NONE);
  }

  /**
   * Scans as {@link #scan(ByteBuf, AwaitedReplies)} does, showing some messages to an observer,
   * which may take them out or stop the scan. A wanted message that is cut by the end of the buffer
   * is left in it.
   *
   * @param awaited told of every message header met, but for messages that the observer took
   */
  public int scan(ByteBuf in, AwaitedReplies awaited, FrontendObserver observer) {
    int start = in.readerIndex();
    int end = in.writerIndex();
    int at = start + (int) Math.min(opaqueBytesLeft, end - start);
    opaqueBytesLeft -= at - start;
    while (end - at >= BackendScanner.HEADER_BYTES) {
      byte type = in.getByte(at);
      int length = checkedLength(type, in.getInt(at + 1));
      if (type == TERMINATE) {
        terminated = true;
        break;
      }
      long size = 1L + length;
      long here = Math.min(size, end - at);
      if (!observer.wants(type)) {
        awaited.sent(type);
      } else {
        if (here < Math.min(size, WANTED_BYTES_MAX)) {
          break;
        }
        Verdict verdict = observer.onMessage(type, in, at, (int) here, here == size);
        if (verdict == Verdict.HOLD) {
          break;
        }
        if (verdict == Verdict.PASS) {
          awaited.sent(type);
        }
      }
      opaqueBytesLeft = size - here;
      at += (int) here;
    }
    return at - start;
  }

  /**
   * Skips the messages at the head of {@code in} that ask nothing of a server that is in no
   * transaction and no COPY: what is left of a COPY the server already refused, and Flush. Moves
   * the reader index; looks no further than the first message that does need a server.
   *
   * @return whether a message that needs a server (or a Terminate, see {@link #terminated}) is at
   *     the head of {@code in}; if not, more bytes are needed
   * @throws BrokenFrame if the bytes are not protocol
   */
  public boolean skipToRequest(ByteBuf in) {
    skipOpaque(in);
    while (in.readableBytes() >= BackendScanner.HEADER_BYTES) {
      int at = in.readerIndex();
      byte type = in.getByte(at);
      int length = checkedLength(type, in.getInt(at + 1));
      switch (type) {
        case 'd', 'c', 'f', 'H' -> {
          opaqueBytesLeft = 1L + length;
          skipOpaque(in);
        }
        case TERMINATE -> {
          terminated = true;
          return true;
        }
        default -> {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether everything relayed so far ended with a whole message. */
  public boolean atBoundary() {
    return opaqueBytesLeft == 0;
  }

  /** Whether a Terminate was met. */
  public boolean terminated() {
    return terminated;
  }

  private void skipOpaque(ByteBuf in) {
    int skip = (int) Math.min(opaqueBytesLeft, in.readableBytes());
    in.skipBytes(skip);
    opaqueBytesLeft -= skip;
  }

  private int checkedLength(byte type, int length) {
    if (!isFrontendType(type)) {
      throw new BrokenFrame(type);
    }
    if (length < 4 || length - 4 > messageBytesMax) {
      throw new BrokenFrame(type, length);
    }
    return length;
  }

  private static boolean isFrontendType(byte type) {
    return switch (type) {
      case 'Q', 'P', 'B', 'D', 'E', 'C', 'S', 'H', 'F', 'd', 'c', 'f', 'X' -> true;
      default -> false;
    };
  }
}
