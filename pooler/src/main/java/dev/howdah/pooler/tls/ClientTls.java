package dev.howdah.pooler.tls;

import dev.howdah.pooler.config.TlsConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Encryption towards clients ({@code client_tls_*}). Immutable, for all threads.
 *
 * <p>Where a certificate is not required but might be shown, it is taken as it is during the
 * handshake, as PgBouncer does, and verified only when a rule asks who the client is: {@link
 * #verifiedCertificate}.
 */
public final class ClientTls implements AutoCloseable {
  private final SslContext context;
  private final TlsConfig config;
  private final @Nullable X509TrustManager trust;
  private final byte @Nullable [] channelBinding;
  private final long handshakeMillisMax;

  private ClientTls(TlsConfig config, Duration handshakeMax)
      throws GeneralSecurityException, IOException {
    this.config = config;
    this.handshakeMillisMax = handshakeMax.toMillis();
    var material = config.material();
    boolean knowsAuthorities = !material.authorities().isEmpty();
    this.trust = knowsAuthorities ? Engines.trustIn(config) : null;
    this.channelBinding = ChannelBinding.of(material.chain().getFirst());
    SslContextBuilder builder =
        SslContextBuilder.forServer(material.key().orElseThrow(), material.chain())
            .applicationProtocolConfig(Engines.ALPN);
    if (trust != null) {
      boolean required = config.mode().verifies();
      builder
          .trustManager(required ? trust : new TakesAnything(trust.getAcceptedIssuers()))
          .clientAuth(required ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    this.context = Engines.apply(config, builder).build();
  }

  /**
   * Sets it up.
   *
   * @param handshakeMax how long a handshake may take; zero for no limit
   * @return null when the configuration wants no encryption
   * @throws IOException if the library does not accept what the files hold
   */
  public static @Nullable ClientTls of(TlsConfig config, Duration handshakeMax) throws IOException {
    if (!config.isEnabled()) {
      return null;
    }
    try {
      return new ClientTls(config, handshakeMax);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("client_tls_cert_file cannot be used: " + e.getMessage(), e);
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

  /** Whether clients without encryption are refused. */
  public boolean isRequired() {
    return config.mode().isRequired();
  }

  /** Whether a handshake that began at once is one for PostgreSQL, as the client said by ALPN. */
  public static boolean isForPostgres(SslHandler handler) {
    return Engines.PROTOCOL.equals(handler.applicationProtocol());
  }

  /** Encrypts one connection. */
  public SslHandler newHandler(ByteBufAllocator allocator) {
    SslHandler handler = context.newHandler(allocator);
    handler.setHandshakeTimeoutMillis(handshakeMillisMax);
    return handler;
  }

  /** What a client can bind its SCRAM login to; null when our certificate does not allow that. */
  public byte @Nullable [] channelBinding() {
    return channelBinding == null ? null : channelBinding.clone();
  }

  /**
   * The certificate by which a client proves who it is.
   *
   * @return empty when it showed none, or none that an authority we trust has signed for the use of
   *     clients and that is valid now
   */
  public Optional<X509Certificate> verifiedCertificate(SSLSession session) {
    if (trust == null) {
      return Optional.empty();
    }
    try {
      var shown = session.getPeerCertificates();
      X509Certificate[] chain = new X509Certificate[shown.length];
      for (int i = 0; i < shown.length; i++) {
        chain[i] = (X509Certificate) shown[i];
      }
      trust.checkClientTrusted(
          chain, "UNKNOWN"); // as the JDK calls it when there is no key exchange
      return Optional.of(chain[0]);
    } catch (SSLPeerUnverifiedException | CertificateException e) {
      return Optional.empty();
    }
  }

  /** For handshakes in which the certificate means nothing yet. */
  private static final class TakesAnything implements X509TrustManager {
    private final X509Certificate[] issuers;

    TakesAnything(X509Certificate[] issuers) {
      this.issuers = issuers;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      // Whoever asks for the client's name verifies it then.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this side is the server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return issuers.clone(); // tells clients which of their certificates to show
    }
  }
}
