package dev.howdah.pooler.client;

import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.LaneMove;
import dev.howdah.pooler.tls.HandshakeGate;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.message.Authentication;
import dev.howdah.wire.message.BackendMessage.NegotiateProtocolVersion;
import dev.howdah.wire.startup.InitialPacket;
import dev.howdah.wire.startup.InitialPacket.CancelRequest;
import dev.howdah.wire.startup.InitialPacket.GssEncRequest;
import dev.howdah.wire.startup.InitialPacket.SslRequest;
import dev.howdah.wire.startup.InitialPacketDecoder;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new client until it is authenticated (docs: "Start-up"), then replaced in the pipeline by its
 * {@link ClientSession}. Also answers cancel requests, which come on connections of their own.
 *
 * <p>Nothing a stranger sends costs more than the start-up packet's limit, and a stranger who says
 * nothing is shown out after {@code client_login_timeout}.
 */
public final class ClientLogin extends ByteToMessageDecoder implements Lane.Resident {
  private static final Logger LOG = LoggerFactory.getLogger(ClientLogin.class);

  private final ClientHouse house;
  private final Lane lane;
  private final Encryption encryption;
  private final IdentityCheck identityCheck;
  private Phase phase = Phase.STARTUP;
  private @Nullable ChannelHandlerContext context;
  private @Nullable StartupMessage startup;
  private @Nullable ClientIdentity identity;
  private long sinceNanos;
  private int place = -1;

  private enum Phase {
    /** Waits for the first packet. */
    STARTUP,
    /** Waits for an answer to our question. */
    ANSWER,
    /** Encryption is being put in place; what was read waits for it. */
    ENCRYPTING,
    /** Something runs elsewhere; input waits. */
    BUSY,
    /** A cancel request is being delivered. */
    CANCELLING,
    /** Handed over, refused or gone. */
    OVER
  }

  /**
   * A login that begins.
   *
   * @param lane of the channel's event loop
   * @param gate of the same event loop
   */
  public ClientLogin(ClientHouse house, Lane lane, HandshakeGate gate) {
    this.house = house;
    this.lane = lane;
    this.encryption =
        new Encryption(house::tls, gate, house.handshakes().withClients(), new Encrypted());
    this.identityCheck = new IdentityCheck(house, encryption);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    sinceNanos = lane.nowNanos();
    lane.enter(this);
    context = ctx;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    switch (phase) {
      case STARTUP -> {
        if (encryption.takesDirect(ctx, in)) {
          phase = Phase.ENCRYPTING;
          encryption.startDirect(ctx, in);
          return;
        }
        InitialPacket packet = InitialPacketDecoder.decode(in, InitialPacketDecoder.MAX_BYTES);
        if (packet != null) {
          onInitialPacket(ctx, packet, in);
        }
      }
      case ANSWER -> decodeAnswer(ctx, in);
      case ENCRYPTING -> {
        // Kept until the next step.
      }
      case BUSY -> {
        if (in.readableBytes() > LoginAnswer.BYTES_MAX) {
          ctx.channel().config().setAutoRead(false); // kept until the next step, but no more
        }
      }
      case CANCELLING, OVER -> in.skipBytes(in.readableBytes());
    }
  }

  private void decodeAnswer(ChannelHandlerContext ctx, ByteBuf in) {
    if (LoginAnswer.isGoodbye(in)) {
      close(ctx, "client close request");
      return;
    }
    ByteBuf answer = LoginAnswer.read(in);
    if (answer != null) {
      proceed(ctx, identityCheck.onAnswer(answer));
    }
  }

  // ---- the first packet ----

  private void onInitialPacket(ChannelHandlerContext ctx, InitialPacket packet, ByteBuf rest) {
    switch (packet) {
      case SslRequest _ -> {
        if (encryption.onSslRequest(ctx, rest)) {
          phase = Phase.ENCRYPTING;
          encryption.start(ctx);
        }
      }
      case GssEncRequest _ -> encryption.onGssRequest(ctx, rest);
      case CancelRequest request -> cancel(ctx, request);
      case StartupMessage message -> onStartup(ctx, message);
    }
  }

  /** What becomes of the encryption that was begun. */
  private final class Encrypted implements Encryption.Outcome {
    @Override
    public boolean isWanted() {
      return phase == Phase.ENCRYPTING;
    }

    @Override
    public void done(ChannelHandlerContext ctx) {
      if (phase == Phase.ENCRYPTING) {
        phase = Phase.STARTUP;
      }
    }

    @Override
    public void failed(ChannelHandlerContext ctx, String reason) {
      if (phase == Phase.ENCRYPTING) {
        if (house.logsErrors()) {
          LOG.warn("login from {} ended: {}", address(ctx), reason);
        }
        close(ctx, reason);
      }
    }
  }

  private void cancel(ChannelHandlerContext ctx, CancelRequest request) {
    phase = Phase.CANCELLING;
    // The connection stays open until the request was delivered: that is what callers wait for.
    house
        .cancelDesk()
        .accept(
            request,
            address(ctx),
            ctx.channel().eventLoop(),
            reason -> ctx.executor().execute(() -> close(ctx, reason)));
  }

  private void onStartup(ChannelHandlerContext ctx, StartupMessage message) {
    startup = message;
    var who =
        new ClientIdentity(house.nextId(), message.user(), message, ctx.channel().remoteAddress());
    identity = who;
    if (house.logsConnections()) {
      LoginLog.attempt(who, ctx.channel());
    }
    boolean console = house.consoleFor(message.database()) != null; // the way to see what is wrong
    if (!console) {
      checkRoom();
    }
    NegotiateProtocolVersion negotiation = message.negotiation();
    if (negotiation != null) {
      ByteBuf out = ctx.alloc().buffer(64);
      negotiation.encode(out);
      ctx.write(out);
    }
    if (!encryption.isDone() && encryption.isRequired(ctx)) {
      throw PoolerException.of(
          ErrorFields.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SSL required"));
    }
    proceed(ctx, identityCheck.start(ctx.channel(), message, lane));
  }

  private void checkRoom() {
    if (house.isClosing()) {
      throw PoolerException.of(
          ErrorFields.fatal(SqlState.CANNOT_CONNECT_NOW, "the pooler is shutting down"));
    }
    int max = house.config().limits().maxClients();
    if (house.clients().used() > max) {
      throw PoolerException.of(
          ErrorFields.fatal(
                  SqlState.TOO_MANY_CONNECTIONS, "no more connections allowed (max_client_conn)")
              .withDetail("All %d client connections are taken.".formatted(max)));
    }
  }

  // ---- authentication ----

  private void proceed(ChannelHandlerContext ctx, CompletionStage<Authenticator.Step> next) {
    phase = Phase.BUSY;
    next.whenComplete((step, failure) -> {
      if (ctx.executor().inEventLoop()) {
        onStep(ctx, step, failure);
      } else {
        ctx.executor().execute(() -> onStep(ctx, step, failure));
      }
    });
  }

  private void onStep(
      ChannelHandlerContext ctx, Authenticator.@Nullable Step step, @Nullable Throwable failure) {
    if (phase != Phase.BUSY) {
      return; // gone meanwhile
    }
    ctx.channel().config().setAutoRead(true);
    try {
      switch (step) {
        case Authenticator.Step.Ask(var question) -> {
          ctx.writeAndFlush(encode(ctx, question), ctx.voidPromise());
          phase = Phase.ANSWER;
          resumeDecoding(ctx);
        }
        case Authenticator.Step.Accept(var last) -> {
          if (last != null) {
            ctx.write(encode(ctx, last), ctx.voidPromise()); // leaves together with the welcome
          }
          accept(ctx);
        }
        case null -> exceptionCaught(ctx, failure == null ? new IOException("no step") : failure);
      }
    } catch (PoolerException e) {
      refuse(ctx, e.fields());
    }
  }

  /** How many bytes wait to be looked at. Event loop only. */
  int keptBytes() {
    return actualReadableBytes();
  }

  /** Looks at bytes that came while we were busy. */
  private void resumeDecoding(ChannelHandlerContext ctx) {
    if (actualReadableBytes() > 0) {
      ctx.executor()
          .execute(() -> {
            if (phase == Phase.ANSWER && !ctx.isRemoved()) {
              ctx.pipeline().fireChannelRead(ctx.alloc().buffer(0));
            }
          });
    }
  }

  private static ByteBuf encode(ChannelHandlerContext ctx, Authentication message) {
    ByteBuf out = ctx.alloc().buffer(128);
    message.encode(out);
    return out;
  }

  // ---- handing over ----

  private void accept(ChannelHandlerContext ctx) {
    StartupMessage message = startup;
    ClientIdentity who = identity;
    if (message == null || who == null) {
      throw new IllegalStateException("accepted without a startup packet");
    }
    ConsoleDoor console = house.consoleFor(message.database());
    if (console != null) {
      ChannelHandler session = console.admit(message, identityCheck.proof(message).owner());
      phase = Phase.OVER;
      lane.leave(this);
      ctx.pipeline().replace(this, null, session);
      ctx.channel().flush();
      house.counters().onAccepted();
      return;
    }
    ClientSession session = new Admission(house).admit(who, lane, identityCheck.proof(message));
    Lane home = session.shard().lane();
    phase = Phase.OVER;
    lane.leave(this);
    if (home == lane) {
      replaceBy(ctx, session);
    } else {
      ctx.flush(); // nothing may be on its way while the channel is on no loop
      LaneMove.move(
          ctx.channel(),
          home,
          () -> replaceBy(ctx, session),
          () -> home.loop().execute(session::neverStarted));
    }
  }

  private void replaceBy(ChannelHandlerContext ctx, ClientSession session) {
    ctx.pipeline().replace(this, null, session);
    if (ctx.channel().isActive()) {
      session.start();
      if (!session.isWelcomed()) {
        ctx.channel().flush(); // the end of the proof does not wait for a server
      }
    } else {
      session.neverStarted();
    }
  }

  /** The client's channel, for operators; null before it is active. Event loop only. */
  public @Nullable Channel channel() {
    ChannelHandlerContext ctx = context;
    return ctx == null ? null : ctx.channel();
  }

  // ---- the end ----

  @Override
  public void onTick(long now) {
    ChannelHandlerContext ctx = context;
    Duration max = house.config().timeouts().clientLogin();
    if (ctx != null
        && phase != Phase.OVER
        && max.isPositive()
        && now - sinceNanos > max.toNanos()) {
      refuse(
          ctx,
          ErrorFields.fatal(SqlState.PROTOCOL_VIOLATION, "client_login_timeout")
              .withDetail("No complete login within %s s.".formatted(max.toSeconds())));
    }
  }

  private void refuse(ChannelHandlerContext ctx, ErrorFields error) {
    if (phase == Phase.OVER) {
      return;
    }
    if (house.logsErrors()) {
      LoginLog.failed(identity, address(ctx), error);
    }
    house.counters().onRefused(error);
    boolean audible = phase != Phase.ENCRYPTING;
    over();
    if (!audible) {
      ctx.close(); // a handshake has begun that no message can pass
      return;
    }
    ByteBuf out = ctx.alloc().buffer(256);
    error.encodeError(out);
    ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
  }

  private void close(ChannelHandlerContext ctx, String reason) {
    if (phase != Phase.OVER) {
      LOG.debug("login from {} ended: {}", address(ctx), reason);
      over();
      ctx.close();
    }
  }

  private void over() {
    phase = Phase.OVER;
    lane.leave(this);
    house.clients().giveBack();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    close(ctx, "client unexpected eof");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof DecoderException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof PoolerException refusal) {
      refuse(ctx, refusal.fields());
    } else if (cause instanceof SSLException && phase == Phase.ENCRYPTING) {
      LOG.debug("login from {}: {}", address(ctx), cause.getMessage()); // the handshake tells why
    } else if (cause instanceof IOException) {
      close(ctx, String.valueOf(cause.getMessage()));
    } else {
      LOG.error("login from {}: bug", address(ctx), cause);
      refuse(ctx, ErrorFields.fatal(SqlState.INTERNAL_ERROR, "internal error during login"));
    }
  }

  private static String address(ChannelHandlerContext ctx) {
    return ClientIdentity.text(
        ctx.channel().remoteAddress() instanceof InetSocketAddress inet ? inet : null);
  }

  @Override
  public int place() {
    return place;
  }

  @Override
  public void setPlace(int newPlace) {
    place = newPlace;
  }
}
