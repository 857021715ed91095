package dev.howdah.wire.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Keeps the bytes of a message that a read has cut, and puts the next read behind them. */
public final class CutMessages {

  private CutMessages() {}

  /**
   * What was kept and what was read since, in one buffer.
   *
   * @param kept may be null; released
   * @param read released, unless it is the result
   */
  public static ByteBuf join(ByteBufAllocator allocator, @Nullable ByteBuf kept, ByteBuf read) {
    if (kept == null) {
      return read;
    }
    ByteBuf both = allocator.buffer(kept.readableBytes() + read.readableBytes());
    both.writeBytes(kept).writeBytes(read);
    kept.release();
    read.release();
    return both;
  }

  /** Takes the bytes from {@code index} on out of {@code in}, into a buffer of their own. */
  public static ByteBuf split(ByteBufAllocator allocator, ByteBuf in, int index) {
    int length = in.writerIndex() - index;
    ByteBuf rest = allocator.buffer(length).writeBytes(in, index, length);
    in.writerIndex(index);
    return rest;
  }
}
