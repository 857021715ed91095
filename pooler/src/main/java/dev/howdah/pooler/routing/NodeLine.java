package dev.howdah.pooler.routing;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.Severity;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.field.WireText;
import dev.howdah.wire.message.BackendMessage;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.FrontendMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection to a node on which one question at a time is asked. Event loop only. */
final class NodeLine extends ByteToMessageDecoder {
  private static final int MESSAGE_BYTES_MAX = 1 << 16;

  private final Channel channel;
  private final Listener listener;
  private @Nullable List<@Nullable String> row;
  private @Nullable ErrorFields error;
  private boolean closed;

  /** Whoever asks. */
  interface Listener {
    /** The one row of the answer. */
    void onAnswer(List<@Nullable String> row);

    /** There will be no answer; the line is of no use any more. */
    void onLost(String why);
  }

  NodeLine(Channel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
  }

  /** Begins to read. */
  void attach() {
    channel.pipeline().addLast(this);
    channel.config().setAutoRead(true);
  }

  void ask(String question) {
    ByteBuf out = channel.alloc().buffer(question.length() + 16);
    new FrontendMessage.Query(question).encode(out);
    channel.writeAndFlush(out, channel.voidPromise());
  }

  /** Hangs up without another word to the listener. */
  void close() {
    closed = true;
    channel.close();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    while (!closed && in.readableBytes() >= 5) {
      byte type = in.getByte(in.readerIndex());
      int length = in.getInt(in.readerIndex() + 1);
      if (length < 4 || length > MESSAGE_BYTES_MAX) {
        lose("does not speak PostgreSQL's protocol");
        return;
      }
      if (in.readableBytes() < 1 + length) {
        return;
      }
      in.skipBytes(5);
      onMessage(type, in.readSlice(length - 4));
    }
    if (closed) {
      in.skipBytes(in.readableBytes());
    }
  }

  private void onMessage(byte type, ByteBuf body) {
    switch (type) {
      case 'D' -> {
        if (BackendMessage.decode(type, body) instanceof DataRow(var values)) {
          row = texts(values);
        }
      }
      case 'E' -> {
        error = ErrorFields.decode(body);
        if (error.severity() != Severity.ERROR) {
          lose(error.message());
        }
      }
      case 'Z' -> onReady();
      default -> {
        // Column names, a tag, a notice: nothing that was asked for.
      }
    }
  }

  private void onReady() {
    List<@Nullable String> answer = row;
    ErrorFields trouble = error;
    row = null;
    error = null;
    if (answer == null) {
      lose(trouble == null ? "answered nothing" : trouble.message());
    } else {
      listener.onAnswer(answer);
    }
  }

  private static List<@Nullable String> texts(List<@Nullable Bytes> values) {
    List<@Nullable String> texts = new ArrayList<>(values.size());
    for (Bytes value : values) {
      texts.add(value == null ? null : WireText.decode(value.toArray()));
    }
    return texts;
  }

  private void lose(String why) {
    if (!closed) {
      close();
      listener.onLost(why);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    lose("closed the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lose(String.valueOf(cause.getMessage()));
  }
}
