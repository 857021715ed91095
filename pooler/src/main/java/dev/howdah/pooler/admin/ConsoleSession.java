package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.CancelKeys;
import dev.howdah.pooler.client.CancelTarget;
import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.client.ClientState;
import dev.howdah.pooler.client.ClientView;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.log.LogSubject;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.tls.TlsChannel;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.startup.Replication;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the console (docs: "Message Flow"), on the event loop it was accepted on. Takes
 * simple queries, and extended ones without parameters for the drivers that know nothing else. One
 * command runs at a time; what comes meanwhile waits in the buffer.
 */
final class ConsoleSession extends ByteToMessageDecoder implements CancelTarget, LogSubject {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleSession.class);
  private static final int HEADER_BYTES = 5;
  private static final int MESSAGE_BYTES_MAX = 1 << 16;
  private static final int WAITING_BYTES_MAX = 1 << 20;
  private static final PoolKey POOL =
      new PoolKey(PoolerConfig.CONSOLE_DATABASE, PoolerConfig.CONSOLE_DATABASE);

  private final Console console;
  private final ClientHouse house;
  private final long id;
  private final StartupMessage startup;
  private final boolean admin;
  private final ExtendedQueries extended = new ExtendedQueries();
  private final long startedNanos = System.nanoTime();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Patience patience;
  private CancelKeys.@Nullable Key key;
  private volatile @Nullable ClientView view;
  private boolean busy;
  private boolean over;
  private boolean skipping; // after an error in an extended query, until Sync

  ConsoleSession(
      Console console, ClientHouse house, long id, StartupMessage startup, boolean admin) {
    this.console = console;
    this.house = house;
    this.id = id;
    this.startup = startup;
    this.admin = admin;
  }

  long id() {
    return id;
  }

  /** For SHOW CLIENTS; any thread, once it was added to its pipeline. */
  ClientView describe() {
    ClientView present = view;
    if (present == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return present;
  }

  // ---- welcome ----

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    patience = new Patience(ctx.channel().eventLoop());
    view =
        new ClientView(
            id,
            startup.user(),
            POOL,
            Replication.OFF,
            ClientState.LINKED,
            ctx.channel().remoteAddress(),
            ctx.channel().localAddress(),
            TlsChannel.describe(ctx.channel()),
            startedNanos,
            startedNanos,
            startedNanos,
            startup.parameters().getOrDefault("application_name", ""),
            0,
            0,
            0,
            null);
    console.enter(this);
    CancelKeys.Key issued =
        house.cancelKeys().issue(this, startup.negotiatedVersion() >= StartupMessage.PROTOCOL_3_2);
    key = issued;
    ByteBuf out = ctx.alloc().buffer(512);
    ConsoleReplies.welcome(out, console.version(), startup, issued.processId(), issued.secret());
    ctx.writeAndFlush(out);
    if (house.config().log().connections()) {
      LOG.info("{} console opened", this);
    }
  }

  // ---- messages ----

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (over) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (busy) {
      if (in.readableBytes() > WAITING_BYTES_MAX) {
        refuse(ErrorFields.fatal(SqlState.PROTOCOL_VIOLATION, "too much sent at a time"));
      }
      return;
    }
    if (in.readableBytes() < HEADER_BYTES) {
      return;
    }
    byte type = in.getByte(in.readerIndex());
    int length = in.getInt(in.readerIndex() + 1);
    if (length < Integer.BYTES || length > MESSAGE_BYTES_MAX) {
      refuse(ErrorFields.fatal(SqlState.PROTOCOL_VIOLATION, "invalid message length " + length));
    } else if (in.readableBytes() > length) {
      in.skipBytes(HEADER_BYTES);
      handle(ctx, FrontendMessage.decode(type, in.readSlice(length - Integer.BYTES)));
    }
  }

  private void handle(ChannelHandlerContext ctx, FrontendMessage message) {
    if (message instanceof FrontendMessage.Sync) {
      skipping = false;
      ready(ctx);
      return;
    }
    if (message instanceof FrontendMessage.Terminate) {
      end("client close request");
      return;
    }
    if (skipping) {
      return;
    }
    if (message instanceof FrontendMessage.Query(var sql)) {
      runAll(ctx, sql);
      return;
    }
    ByteBuf out = ctx.alloc().buffer(256);
    try {
      ExtendedQueries.Execution execution = extended.handle(message, out);
      ctx.write(out);
      if (execution != null) {
        execute(ctx, execution);
      } else if (message instanceof FrontendMessage.Flush) {
        ctx.flush();
      }
    } catch (PoolerException e) {
      out.release();
      fail(ctx, e);
    }
  }

  private void fail(ChannelHandlerContext ctx, PoolerException e) {
    skipping = true;
    writeError(ctx, e.fields());
    ctx.flush();
  }

  private void execute(ChannelHandlerContext ctx, ExtendedQueries.Execution execution) {
    start(
        ctx,
        execution.command(),
        reply -> {
          ByteBuf out = ctx.alloc().buffer();
          ConsoleReplies.write(out, reply, execution.formats(), false);
          ctx.write(out);
          resume(ctx);
        },
        error -> {
          skipping = true;
          writeError(ctx, error);
          resume(ctx);
        });
  }

  // ---- simple queries ----

  private void runAll(ChannelHandlerContext ctx, String sql) {
    List<Command> commands;
    try {
      commands = CommandParser.parse(sql);
    } catch (PoolerException e) {
      writeError(ctx, e.fields());
      ready(ctx);
      return;
    }
    if (commands.isEmpty()) {
      ByteBuf out = ctx.alloc().buffer(16);
      ConsoleReplies.empty(out);
      ctx.write(out);
      ready(ctx);
      return;
    }
    runFrom(ctx, commands, 0);
  }

  private void runFrom(ChannelHandlerContext ctx, List<Command> commands, int index) {
    if (index == commands.size()) {
      ready(ctx);
      resume(ctx);
      return;
    }
    start(
        ctx,
        commands.get(index),
        reply -> {
          ByteBuf out = ctx.alloc().buffer();
          ConsoleReplies.write(out, reply, List.of(), true);
          ctx.write(out);
          runFrom(ctx, commands, index + 1);
        },
        error -> {
          writeError(ctx, error);
          ready(ctx);
          resume(ctx);
        });
  }

  private void start(ChannelHandlerContext ctx, Command command, OnReply onReply, OnError onError) {
    busy = true;
    Patience wait = patience;
    if (wait == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    if (!(command instanceof Command.Show)) {
      LOG.info("{} {} command issued", this, command.issued());
    }
    CompletionStage<Reply> running = console.run(command, admin, wait);
    running.whenCompleteAsync(
        (reply, failure) -> {
          if (over) {
            return;
          }
          if (reply != null) {
            onReply.replied(reply);
          } else {
            onError.failed(errorOf(failure));
          }
        },
        ctx.executor());
  }

  private interface OnReply {
    void replied(Reply reply);
  }

  private interface OnError {
    void failed(ErrorFields error);
  }

  private ErrorFields errorOf(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof PoolerException refusal) {
      return refusal.fields();
    }
    LOG.error("{} bug", this, cause);
    return ErrorFields.error(SqlState.INTERNAL_ERROR, "internal error: " + cause);
  }

  /** Looks at what came while a command was running. */
  private void resume(ChannelHandlerContext ctx) {
    busy = false;
    if (actualReadableBytes() > 0 && !ctx.isRemoved()) {
      try {
        channelRead(ctx, Unpooled.EMPTY_BUFFER); // not through the pipeline: TLS keeps nothing back
      } catch (Exception e) {
        exceptionCaught(ctx, e);
      }
    }
    ctx.flush();
  }

  private static void ready(ChannelHandlerContext ctx) {
    ByteBuf out = ctx.alloc().buffer(8);
    ConsoleReplies.ready(out);
    ctx.writeAndFlush(out);
  }

  private void writeError(ChannelHandlerContext ctx, ErrorFields error) {
    if (house.config().log().poolerErrors()) {
      LOG.warn("{} pooler error: {} ({})", this, error.message(), error.sqlState());
    }
    ByteBuf out = ctx.alloc().buffer(256);
    error.encodeError(out);
    ctx.write(out);
  }

  // ---- cancel ----

  @Override
  public EventLoop loop() {
    return context().channel().eventLoop();
  }

  @Override
  public void cancelRunning(Runnable onDone) {
    Patience wait = patience;
    if (wait != null && busy) {
      wait.cancel();
    }
    onDone.run();
  }

  // ---- the end ----

  /** Tells the client why, then ends. Event loop only. */
  void refuse(ErrorFields error) {
    if (!over) {
      ChannelHandlerContext ctx = context();
      writeError(ctx, error);
      leave(error.message());
      ctx.writeAndFlush(ctx.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void end(String reason) {
    if (!over) {
      leave(reason);
      context().close();
    }
  }

  private void leave(String reason) {
    over = true;
    CancelKeys.Key issued = key;
    if (issued != null) {
      house.cancelKeys().revoke(issued);
    }
    Patience wait = patience;
    if (wait != null) {
      wait.leave();
    }
    console.leave(this);
    if (house.config().log().disconnections()) {
      long age = (System.nanoTime() - startedNanos) / 1_000_000_000L;
      LOG.info("{} closing because: {} (age={}s)", this, reason, age);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    end("client unexpected eof");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    Throwable cause =
        thrown instanceof DecoderException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof PoolerException refusal) {
      refuse(refusal.fields());
    } else if (cause instanceof IOException) {
      end(String.valueOf(cause.getMessage()));
    } else {
      LOG.error("{} bug", this, cause);
      refuse(ErrorFields.fatal(SqlState.INTERNAL_ERROR, "internal error"));
    }
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext present = context;
    if (present == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return present;
  }

  @Override
  public void describe(BiConsumer<String, Object> fields) {
    fields.accept("connection", "C-" + id);
    fields.accept("database", PoolerConfig.CONSOLE_DATABASE);
    fields.accept("user", startup.user());
  }

  @Override
  public String toString() {
    return "C-" + id + ": " + PoolerConfig.CONSOLE_DATABASE + "/" + startup.user();
  }
}
