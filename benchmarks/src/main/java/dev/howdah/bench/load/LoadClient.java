package dev.howdah.bench.load;

import dev.howdah.wire.auth.ScramClientExchange;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.field.Bytes;
import dev.howdah.wire.message.Authentication;
import dev.howdah.wire.message.Authentication.AuthenticationOk;
import dev.howdah.wire.message.Authentication.AuthenticationSASL;
import dev.howdah.wire.message.Authentication.AuthenticationSASLContinue;
import dev.howdah.wire.message.Authentication.AuthenticationSASLFinal;
import dev.howdah.wire.message.FrontendMessage;
import dev.howdah.wire.message.FrontendMessage.CopyDone;
import dev.howdah.wire.message.FrontendMessage.SASLInitialResponse;
import dev.howdah.wire.message.FrontendMessage.SASLResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link LoadRun}. Event loop only. */
final class LoadClient extends FrameHandler {
  private static final int COPY_MESSAGE_BYTES = 8192;

  private enum State {
    LOGGING_IN,
    READY,
    BUSY,
    LEAVING
  }

  private final LoadRun run;
  private final boolean active;
  private final long bornNanos = System.nanoTime();
  private final ScramClientExchange scram = ScramClientExchange.unbound();

  private State state = State.LOGGING_IN;
  private @Nullable ChannelHandlerContext context;
  private boolean loggedIn;
  private int step;
  private boolean prepared;
  private long startNanos; // of the transaction under way
  private long dueNanos; // of the next one, when paced
  private @Nullable Bulk copy;

  LoadClient(LoadRun run, boolean active) {
    this.run = run;
    this.active = active;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    run.opened(this);
    send(run.requests.startup);
  }

  /** Starts to work; paced clients take their turn after {@code delayNanos}. */
  void begin(long delayNanos) {
    if (!active || state != State.READY) {
      return;
    }
    if (run.options.rate > 0) {
      dueNanos = System.nanoTime() + delayNanos;
      ctx().executor().schedule(this::issueDue, delayNanos, TimeUnit.NANOSECONDS);
    } else {
      issue(System.nanoTime());
    }
  }

  private void issueDue() {
    if (state == State.READY) {
      issue(dueNanos); // late starts count as waiting
    }
  }

  private void issue(long start) {
    state = State.BUSY;
    startNanos = start;
    step = 0;
    if (run.options.mode == LoadMode.PREPARED && !prepared) {
      prepared = true;
      ctx().write(run.requests.prepare.retainedDuplicate(), ctx().voidPromise());
    }
    send(run.requests.steps[0]);
  }

  private void send(ByteBuf shared) {
    ctx().writeAndFlush(shared.retainedDuplicate(), ctx().voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (run.options.mode == LoadMode.BULK) {
      run.bytes += ((ByteBuf) message).readableBytes();
    }
    super.channelRead(ctx, message);
  }

  @Override
  public boolean wants(byte type) {
    return switch (type) {
      case 'Z', 'E', 'R', 'G' -> true;
      default -> false;
    };
  }

  @Override
  public void onMessage(byte type, ByteBuf in, int at, int length) {
    switch (type) {
      case 'Z' -> ready();
      case 'R' -> authenticate(Authentication.decode(in.slice(at, length)));
      case 'E' -> refused(in.toString(at, length, StandardCharsets.UTF_8));
      case 'G' -> {
        long messages = run.options.copyMegabytes * 1_000_000L / COPY_MESSAGE_BYTES;
        copy = Bulk.copyData(ctx().alloc(), messages, COPY_MESSAGE_BYTES);
        pump();
      }
      default -> {}
    }
  }

  private void ready() {
    switch (state) {
      case LOGGING_IN -> {
        state = State.READY;
        loggedIn = true;
        if (run.options.mode == LoadMode.CONNECT) {
          run.completed(bornNanos);
          leave();
        } else {
          run.loggedIn();
        }
      }
      case BUSY -> {
        if (++step < run.requests.steps.length) {
          send(run.requests.steps[step]);
        } else {
          transactionDone();
        }
      }
      case READY, LEAVING -> {}
    }
  }

  private void transactionDone() {
    state = State.READY;
    run.completed(startNanos);
    if (run.isStopping()) {
      leave();
    } else if (run.options.rate > 0) {
      dueNanos += run.intervalNanos;
      long delay = Math.max(0, dueNanos - System.nanoTime());
      ctx().executor().schedule(this::issueDue, delay, TimeUnit.NANOSECONDS);
    } else {
      issue(System.nanoTime());
    }
  }

  private void authenticate(Authentication request) {
    try {
      switch (request) {
        case AuthenticationOk _ -> {}
        case AuthenticationSASL _ ->
            send(new SASLInitialResponse(scram.mechanism(), Bytes.copyOf(scram.clientFirst())));
        case AuthenticationSASLContinue(Bytes data) -> {
          var keys = run.scramKeys(scram.serverFirst(data.toArray()));
          send(new SASLResponse(Bytes.copyOf(scram.clientFinal(keys))));
        }
        case AuthenticationSASLFinal(Bytes data) -> scram.serverFinal(data.toArray());
        default -> fail("cannot answer " + request.getClass().getSimpleName());
      }
    } catch (PoolerException e) {
      fail("SCRAM: " + e.getMessage());
    }
  }

  private void send(FrontendMessage message) {
    ctx().writeAndFlush(Requests.bytes(message), ctx().voidPromise());
  }

  private void pump() {
    ChannelHandlerContext ctx = ctx();
    // Flushing may make the channel writable again and call back in here.
    for (Bulk sending = copy; sending != null && ctx.channel().isWritable(); sending = copy) {
      if (sending.hasNext()) {
        ByteBuf next = sending.next();
        run.bytes += next.readableBytes();
        ctx.write(next, ctx.voidPromise());
      } else {
        sending.close();
        copy = null;
        ctx.write(Requests.bytes(new CopyDone()), ctx.voidPromise());
      }
    }
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    pump();
  }

  /** Logs out now, or when the transaction under way is done. */
  void stop() {
    if (state == State.READY) {
      leave();
    }
  }

  /** Closes the socket without a word. */
  void abort() {
    ctx().close();
  }

  private void leave() {
    state = State.LEAVING;
    send(run.requests.terminate);
  }

  private void refused(String error) {
    fail(error.replace('\0', ' '));
  }

  private void fail(String reason) {
    if (state != State.LEAVING) {
      run.failed(reason);
    }
    state = State.LEAVING;
    ctx().close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    super.channelInactive(ctx);
    if (copy != null) {
      copy.close();
      copy = null;
    }
    if (state != State.LEAVING) {
      run.failed("connection closed while " + state);
      state = State.LEAVING;
    }
    run.closed(this, active, loggedIn);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(cause.toString());
  }

  private ChannelHandlerContext ctx() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not connected yet");
    }
    return ctx;
  }
}
