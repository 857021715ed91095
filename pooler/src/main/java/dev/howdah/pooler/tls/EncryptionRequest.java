package dev.howdah.pooler.tls;

import dev.howdah.pooler.tls.TlsCounters.Handshakes;
import dev.howdah.wire.startup.InitialPacket.SslRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import javax.net.ssl.SSLException;

/**
 * Asks a server for encryption (docs: "SSL Session Encryption"), or begins it at once, puts it in
 * place, and leaves. The handlers behind it become active when the connection is as it should be.
 * Event loop only.
 */
final class EncryptionRequest extends ChannelInboundHandlerAdapter {
  private final ServerTls tls;
  private final String host;
  private final int port;
  private final Handshakes handshakes;
  private boolean answered;

  EncryptionRequest(ServerTls tls, String host, int port, Handshakes handshakes) {
    this.handshakes = handshakes;
    this.tls = tls;
    this.host = host;
    this.port = port;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    tls.retain(); // a reload may let go of it before the server answers
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    tls.close();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (tls.isDirect()) {
      answered = true;
      encrypt(ctx);
      return;
    }
    ByteBuf out = ctx.alloc().buffer(8);
    new SslRequest().encode(out);
    ctx.writeAndFlush(out);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (answered) {
      ctx.fireChannelRead(message);
      return;
    }
    ByteBuf in = (ByteBuf) message;
    try {
      if (in.isReadable()) {
        answered = true;
        onAnswer(ctx, in.readByte(), in.isReadable());
      }
    } finally {
      ReferenceCountUtil.release(in);
    }
  }

  private void onAnswer(ChannelHandlerContext ctx, byte answer, boolean more) {
    if (more) {
      // Nobody may slip in bytes that look as if they had come through the encryption.
      fail(ctx, "sent unencrypted data after its answer to the TLS request");
    } else if (answer == 'S') {
      encrypt(ctx);
    } else if (answer != 'N') {
      fail(ctx, "answered the TLS request by something that is not PostgreSQL's protocol");
    } else if (tls.isRequired()) {
      fail(ctx, "does not do TLS, which server_tls_sslmode asks for");
    } else {
      proceed(ctx);
    }
  }

  private void encrypt(ChannelHandlerContext ctx) {
    SslHandler handler = tls.newHandler(ctx.alloc(), host, port);
    ctx.pipeline().addBefore(ctx.name(), null, handler);
    handler
        .handshakeFuture()
        .addListener(done -> {
          if (done.isSuccess()) {
            handshakes.onDone(handler);
          } else {
            handshakes.onFailed();
          }
          if (done.isSuccess() && tls.isDirect() && !ClientTls.isForPostgres(handler)) {
            fail(ctx, "does TLS, but did not confirm by ALPN that it speaks PostgreSQL's protocol");
          } else if (done.isSuccess()) {
            proceed(ctx);
          } else if (!ctx.isRemoved()) {
            fail(ctx, "failed the TLS handshake: " + reason(done.cause()));
          }
        });
  }

  /** The innermost message, which is the one that names what is wrong with a certificate. */
  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private static void proceed(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    ctx.pipeline().remove(ctx.handler());
  }

  private static void fail(ChannelHandlerContext ctx, String trouble) {
    ctx.fireExceptionCaught(new IOException(trouble));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause.getCause() instanceof SSLException)) { // told by the handshake itself
      ctx.fireExceptionCaught(cause);
    }
  }
}
