package dev.howdah.pooler.client;

import dev.howdah.pooler.tls.ClientTls;
import dev.howdah.pooler.tls.HandshakeGate;
import dev.howdah.pooler.tls.TlsCounters.Handshakes;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.ProtocolViolation;
import dev.howdah.wire.error.SqlState;
import dev.howdah.wire.startup.InitialPacketDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * How one client's connection comes to be encrypted (docs: "SSL Session Encryption"): by a request
 * that we grant, or at once by its first byte. Event loop only.
 */
final class Encryption {
  private final Supplier<@Nullable ClientTls> offer;
  private final HandshakeGate gate;
  private final Handshakes handshakes;
  private final Outcome outcome;
  private boolean sslAsked;
  private boolean gssAsked;
  private @Nullable ClientTls tls; // what the handshake was begun with
  private @Nullable SSLSession session;

  /** Whom it is done for. */
  interface Outcome {

    /** Whether the client is still there when it is its turn. */
    boolean isWanted();

    /** From here on everything is encrypted. */
    void done(ChannelHandlerContext ctx);

    /** The handshake failed; the connection is of no use. */
    void failed(ChannelHandlerContext ctx, String reason);
  }

  /**
   * Of a connection that is not encrypted yet.
   *
   * @param offer what there is at the moment; null when there is no encryption
   * @param handshakes counts what became of them
   */
  Encryption(
      Supplier<@Nullable ClientTls> offer,
      HandshakeGate gate,
      Handshakes handshakes,
      Outcome outcome) {
    this.handshakes = handshakes;
    this.offer = offer;
    this.gate = gate;
    this.outcome = outcome;
  }

  // ---- requests ----

  /** Whether the client starts TLS without asking, and may. */
  boolean takesDirect(ChannelHandlerContext ctx, ByteBuf in) {
    return !sslAsked
        && !gssAsked
        && session == null
        && isOffered(ctx)
        && InitialPacketDecoder.startsTls(in);
  }

  /**
   * Refuses the encryption of GSSAPI.
   *
   * @param rest what was read behind the request
   * @throws PoolerException 08P01 if it may not be asked for now
   */
  void onGssRequest(ChannelHandlerContext ctx, ByteBuf rest) {
    checkRequest(gssAsked, "GSSAPI encryption", rest);
    gssAsked = true;
    answer(ctx, 'N');
  }

  /**
   * Takes a request for TLS, and refuses it where we have none.
   *
   * @param rest what was read behind the request
   * @return whether to {@link #start}
   * @throws PoolerException 08P01 if it may not be asked for now
   */
  boolean onSslRequest(ChannelHandlerContext ctx, ByteBuf rest) {
    checkRequest(sslAsked, "SSL", rest);
    sslAsked = true;
    if (!isOffered(ctx)) {
      answer(ctx, 'N');
      return false;
    }
    return true;
  }

  private void checkRequest(boolean askedBefore, String what, ByteBuf rest) {
    if (askedBefore || session != null) {
      throw new ProtocolViolation("too many encryption requests");
    }
    if (rest.isReadable()) {
      // Bytes from before the encryption must never be taken for bytes that came through it.
      throw PoolerException.of(
          ErrorFields.fatal(
                  SqlState.PROTOCOL_VIOLATION,
                  "received unencrypted data after " + what + " request")
              .withDetail(
                  "This could be either a client-software bug or evidence of an attempted"
                      + " man-in-the-middle attack."));
    }
  }

  private static void answer(ChannelHandlerContext ctx, char letter) {
    ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte(letter));
  }

  // ---- handshake ----

  /** Says yes when it is this client's turn. */
  void start(ChannelHandlerContext ctx) {
    whenItIsOurTurn(
        ctx,
        place -> {
          answer(ctx, 'S');
          handshake(ctx, place, false);
        });
  }

  /** Takes over everything read so far, which the handshake begins with. */
  void startDirect(ChannelHandlerContext ctx, ByteBuf in) {
    ByteBuf hello = in.readBytes(in.readableBytes());
    Runnable forget = hello::release;
    boolean[] begun = {false};
    whenItIsOurTurn(
        ctx,
        place -> {
          begun[0] = true;
          handshake(ctx, place, true);
          ctx.pipeline().fireChannelRead(hello);
          ctx.pipeline().fireChannelReadComplete();
        });
    ctx.channel()
        .closeFuture()
        .addListener(_ -> {
          if (!begun[0]) {
            begun[0] = true;
            forget.run();
          }
        });
  }

  private interface Turn {
    void take(HandshakeGate.Place place);
  }

  private void whenItIsOurTurn(ChannelHandlerContext ctx, Turn turn) {
    boolean[] stopped = {false};
    boolean[] begun = {false};
    gate.enter(place -> {
      if (!outcome.isWanted() || ctx.isRemoved() || !ctx.channel().isActive()) {
        return false;
      }
      begun[0] = true;
      turn.take(place);
      if (stopped[0]) {
        ctx.channel().config().setAutoRead(true);
      }
      return true;
    });
    if (!begun[0]) {
      stopped[0] = true;
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void handshake(ChannelHandlerContext ctx, HandshakeGate.Place place, boolean direct) {
    ClientTls offered = offer.get();
    if (offered == null) {
      place.giveBack();
      outcome.failed(ctx, "TLS was switched off meanwhile");
      return;
    }
    tls = offered;
    SslHandler handler = offered.newHandler(ctx.alloc());
    ctx.pipeline().addBefore(ctx.name(), null, handler);
    handler
        .handshakeFuture()
        .addListener(ended -> {
          place.giveBack();
          if (ended.isSuccess()) {
            handshakes.onDone(handler);
          } else {
            handshakes.onFailed();
          }
          if (!ended.isSuccess()) {
            outcome.failed(ctx, "TLS handshake failed: " + reason(ended.cause()));
          } else if (direct && !ClientTls.isForPostgres(handler)) {
            outcome.failed(
                ctx,
                "received direct SSL connection request without ALPN protocol negotiation"
                    + " extension");
          } else {
            session = handler.engine().getSession();
            outcome.done(ctx);
          }
        });
  }

  private static String reason(Throwable thrown) {
    return thrown instanceof SSLException ? String.valueOf(thrown.getMessage()) : thrown.toString();
  }

  // ---- what it is ----

  /** Whether the connection is encrypted. */
  boolean isDone() {
    return session != null;
  }

  /** Whether it would have to be. */
  boolean isRequired(ChannelHandlerContext ctx) {
    ClientTls offered = offer.get();
    return offered != null && isOffered(ctx) && offered.isRequired();
  }

  /** What a SCRAM login can be bound to; null for nothing. */
  byte @Nullable [] channelBinding() {
    return session == null ? null : tls().channelBinding();
  }

  /** The client's certificate, if it has shown one that is worth something. */
  Optional<X509Certificate> certificate() {
    return session == null ? Optional.empty() : tls().verifiedCertificate(session);
  }

  /** Unix-domain sockets are never encrypted. */
  private boolean isOffered(ChannelHandlerContext ctx) {
    return offer.get() != null && ctx.channel().remoteAddress() instanceof InetSocketAddress;
  }

  private ClientTls tls() {
    ClientTls ours = tls;
    if (ours == null) {
      throw new IllegalStateException("there is no encryption");
    }
    return ours;
  }
}
