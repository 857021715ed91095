package dev.howdah.bench.load;

import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.BackendMessage.BackendKeyData;
import dev.howdah.wire.message.CancelSecret;
import dev.howdah.wire.startup.InitialPacket;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import dev.howdah.wire.startup.InitialPacket.GssEncRequest;
import dev.howdah.wire.startup.InitialPacket.SslRequest;
import dev.howdah.wire.startup.InitialPacketDecoder;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection to {@link NullServer}. All answers to one read leave in one write. A client must
 * not send more before the end of a bulk answer. Event loop only.
 */
final class NullSession extends FrameHandler {
  private static int lastProcessId = 1000; // all sessions live on one loop

  private final Map<String, Statement> otherThanSelect = new HashMap<>(); // by statement name
  private boolean loggedIn;
  private boolean inTransaction;
  private Statement bound = Statement.SELECT;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf out;
  private @Nullable Bulk bulk;
  private boolean bulkIsCopy;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  void read(ByteBuf in) {
    while (!loggedIn) {
      InitialPacket packet = InitialPacketDecoder.decode(in, InitialPacketDecoder.MAX_BYTES);
      switch (packet) {
        case null -> {
          return;
        }
        case SslRequest _, GssEncRequest _ -> out().writeByte('N');
        case CancelRequest _ -> {
          ctx().close();
          return;
        }
        case StartupMessage _ -> welcome();
      }
    }
    super.read(in);
  }

  private void welcome() {
    loggedIn = true;
    int processId = ++lastProcessId;
    byte[] secret = ByteBuffer.allocate(4).putInt(processId * 0x9E3779B1).array();
    out().writeBytes(Replies.WELCOME);
    new BackendKeyData(processId, new CancelSecret(Bytes.copyOf(secret))).encode(out());
    ready();
  }

  @Override
  public boolean wants(byte type) {
    return type != 'd';
  }

  @Override
  public void onMessage(byte type, ByteBuf in, int at, int length) {
    switch (type) {
      case 'Q' -> query(in, at, length);
      case 'P' -> parse(in, at);
      case 'B' -> bind(in, at);
      case 'D' -> describe(in.getByte(at) == 'S');
      case 'E' -> execute(bound);
      case 'C' -> out().writeBytes(Replies.CLOSED);
      case 'S' -> ready();
      case 'c', 'f' -> {
        Replies.complete(Statement.COPY, out());
        ready();
      }
      case 'X' -> ctx().close();
      default -> {} // Flush needs nothing, as every read is answered at once
    }
  }

  private void query(ByteBuf in, int at, int length) {
    Statement asked = Statement.of(in, at);
    switch (asked) {
      case BULK, COPY -> {
        bulk(asked == Statement.COPY, in.toString(at, length - 1, StandardCharsets.UTF_8));
        return;
      }
      case SELECT -> out().writeBytes(Replies.COLUMNS);
      default -> {}
    }
    execute(asked);
    ready();
  }

  private void parse(ByteBuf in, int at) {
    String name = text(in, at);
    Statement asked = Statement.of(in, in.indexOf(at, in.writerIndex(), (byte) 0) + 1);
    if (asked != Statement.SELECT) {
      otherThanSelect.put(name, asked);
    } else if (!otherThanSelect.isEmpty()) {
      otherThanSelect.remove(name);
    }
    out().writeBytes(Replies.PARSED);
  }

  private void bind(ByteBuf in, int at) {
    bound = Statement.SELECT;
    if (!otherThanSelect.isEmpty()) {
      String name = text(in, in.indexOf(at, in.writerIndex(), (byte) 0) + 1);
      bound = otherThanSelect.getOrDefault(name, Statement.SELECT);
    }
    out().writeBytes(Replies.BOUND);
  }

  private static String text(ByteBuf in, int at) {
    int length = in.indexOf(at, in.writerIndex(), (byte) 0) - at;
    return length == 0 ? "" : in.toString(at, length, StandardCharsets.UTF_8);
  }

  private void describe(boolean statement) {
    if (statement) {
      out().writeBytes(Replies.NO_PARAMETERS);
    }
    out().writeBytes(Replies.COLUMNS);
  }

  private void execute(Statement asked) {
    switch (asked) {
      case BEGIN -> inTransaction = true;
      case COMMIT, ROLLBACK -> inTransaction = false;
      case SELECT -> out().writeBytes(Replies.ROW);
      default -> {}
    }
    if (asked == Statement.EMPTY) {
      out().writeBytes(Replies.EMPTY_QUERY);
    } else {
      Replies.complete(asked, out());
    }
  }

  private void ready() {
    out().writeBytes(inTransaction ? Replies.READY_IN_TRANSACTION : Replies.READY_IDLE);
  }

  private void bulk(boolean copy, String statement) {
    Bulk answer = Bulk.parse(ctx().alloc(), copy, statement);
    if (answer == null) {
      out().writeBytes(Replies.COPY_IN);
      return;
    }
    out().writeBytes(copy ? Replies.COPY_OUT : Replies.COLUMNS);
    bulkIsCopy = copy;
    bulk = answer;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    send();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    send();
  }

  private void send() {
    ChannelHandlerContext ctx = ctx();
    if (out != null) {
      ctx.write(out, ctx.voidPromise());
      out = null;
    }
    // Flushing may make the channel writable again and call back in here.
    for (Bulk sending = bulk; sending != null && ctx.channel().isWritable(); sending = bulk) {
      if (sending.hasNext()) {
        ctx.write(sending.next(), ctx.voidPromise());
      } else {
        finish(sending);
      }
    }
    ctx.flush();
  }

  private void finish(Bulk sent) {
    sent.close();
    bulk = null;
    if (bulkIsCopy) {
      out().writeBytes(Replies.COPY_DONE);
    }
    Replies.complete(bulkIsCopy ? Statement.COPY : Statement.BULK, out());
    ready();
    ctx().write(out(), ctx().voidPromise());
    out = null;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    super.channelInactive(ctx);
    if (bulk != null) {
      bulk.close();
      bulk = null;
    }
    if (out != null) {
      out.release();
      out = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // a pooler that was stopped in the middle of something
  }

  private ByteBuf out() {
    if (out == null) {
      out = ctx().alloc().directBuffer(512);
    }
    return out;
  }

  private ChannelHandlerContext ctx() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return ctx;
  }
}
