package dev.howdah.bench.load;

import dev.howdah.wire.frame.BackendObserver;
import dev.howdah.wire.frame.BackendScanner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into messages by their headers; bodies nobody {@link #wants} are
 * skipped. Works for both directions, since their headers look the same. Event loop only.
 *
 * <p>A wanted message above {@link BackendScanner#WANTED_BYTES_MAX} is skipped as well.
 */
abstract class FrameHandler extends ChannelInboundHandlerAdapter implements BackendObserver {
  private final BackendScanner scanner = new BackendScanner();
  private @Nullable ByteBuf cut; // the beginning of a message whose end has not come yet

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (cut != null) {
      cut.writeBytes(in);
      in.release();
      in = cut;
      cut = null;
    }
    try {
      read(in);
      if (in.isReadable()) {
        cut = ctx.alloc().buffer(Math.max(1024, 2 * in.readableBytes()));
        cut.writeBytes(in);
      }
    } finally {
      in.release();
    }
  }

  /** Reads whole messages; what stays in the buffer comes again with more behind it. */
  void read(ByteBuf in) {
    in.skipBytes(scanner.scan(in, this));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (cut != null) {
      cut.release();
      cut = null;
    }
  }
}
