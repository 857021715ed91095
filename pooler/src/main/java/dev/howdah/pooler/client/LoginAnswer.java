package dev.howdah.pooler.client;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Cuts what a client answers during its login out of what it sends. */
final class LoginAnswer {
  /** The longest answer. */
  static final int BYTES_MAX = 1 << 14;

  private static final int HEADER_BYTES = 5;

  private LoginAnswer() {}

  /** Whether the client says goodbye instead. */
  static boolean isGoodbye(ByteBuf in) {
    return in.readableBytes() >= HEADER_BYTES && in.getByte(in.readerIndex()) == 'X';
  }

  /**
   * Takes one answer out.
   *
   * @return the message's body, sharing memory with {@code in}; null while it is not complete
   * @throws PoolerException 08P01 if it is something else, or too long to be an answer
   */
  static @Nullable ByteBuf read(ByteBuf in) {
    if (in.readableBytes() < HEADER_BYTES) {
      return null;
    }
    byte type = in.getByte(in.readerIndex());
    int length = in.getInt(in.readerIndex() + 1);
    if (type != 'p' || length < Integer.BYTES || length > BYTES_MAX) {
      throw PoolerException.of(
          ErrorFields.fatal(
              SqlState.PROTOCOL_VIOLATION,
              "expected password response, got message type 0x%02X".formatted(type & 0xFF)));
    }
    if (in.readableBytes() < 1 + length) {
      return null;
    }
    in.skipBytes(HEADER_BYTES);
    return in.readSlice(length - Integer.BYTES);
  }
}
