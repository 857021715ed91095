package dev.howdah.pooler.tls;

import dev.howdah.pooler.config.TlsConfig;
import dev.howdah.pooler.config.TlsMode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** Encryption towards servers ({@code server_tls_*}). Immutable, for all threads. */
public final class ServerTls implements AutoCloseable {
  private final SslContext context;
  private final TlsMode mode;
  private final boolean direct;

  private ServerTls(TlsConfig config) throws GeneralSecurityException, IOException {
    this.mode = config.mode();
    this.direct = config.direct();
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .endpointIdentificationAlgorithm(mode == TlsMode.VERIFY_FULL ? "HTTPS" : null);
    if (mode.verifies()) {
      builder.trustManager(Engines.trustIn(config));
    } else {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE); // encryption only, as asked for
    }
    if (direct) {
      builder.applicationProtocolConfig(Engines.ALPN);
    }
    var material = config.material();
    material.key().ifPresent(key -> builder.keyManager(key, material.chain()));
    this.context = Engines.apply(config, builder).build();
  }

  /**
   * Sets it up.
   *
   * @return null when the configuration wants no encryption
   * @throws IOException if the library does not accept what the files hold
   */
  public static @Nullable ServerTls of(TlsConfig config) throws IOException {
    if (!config.isEnabled()) {
      return null;
    }
    try {
      return new ServerTls(config);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("the files of server_tls_* cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Gives back what the library holds, once whoever else has retained it has closed it, too.
   * Connections that are encrypted already stay so.
   */
  @Override
  public void close() {
    ReferenceCountUtil.release(context);
  }

  /** Whether TLS begins without asking for it. */
  boolean isDirect() {
    return direct;
  }

  /** Keeps it from being given back until one more {@link #close}. */
  void retain() {
    ReferenceCountUtil.retain(context);
  }

  /** Whether servers without encryption are refused. */
  public boolean isRequired() {
    return mode.isRequired();
  }

  /**
   * What asks the server for encryption before the handlers behind it become active.
   *
   * @param host the name by which we know the server, which its certificate must show with {@code
   *     verify-full}
   * @param handshakes counts what became of it
   */
  public ChannelHandler newRequest(String host, int port, TlsCounters.Handshakes handshakes) {
    return new EncryptionRequest(this, host, port, handshakes);
  }

  SslHandler newHandler(ByteBufAllocator allocator, String host, int port) {
    SslHandler handler = context.newHandler(allocator, host, port);
    handler.setHandshakeTimeoutMillis(0); // the whole login has a deadline
    return handler;
  }
}
