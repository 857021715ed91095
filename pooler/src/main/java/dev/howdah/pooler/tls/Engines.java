package dev.howdah.pooler.tls;

import dev.howdah.pooler.config.TlsCipher;
import dev.howdah.pooler.config.TlsConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which library does the work, and what both sides set up alike. */
final class Engines {
  /** What both sides name by ALPN when TLS begins at once (docs: "SSL Session Encryption"). */
  static final String PROTOCOL = "postgresql";

  static final ApplicationProtocolConfig ALPN =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          PROTOCOL);

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);
  private static final List<String> TLS13_CIPHERS =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  /** BoringSSL where its library loads; chosen once. */
  private static final SslProvider PROVIDER = choose();

  private Engines() {}

  private static SslProvider choose() {
    if (OpenSsl.isAvailable()) {
      LOG.info("TLS by {}", OpenSsl.versionString());
      return SslProvider.OPENSSL_REFCNT;
    }
    Throwable cause = OpenSsl.unavailabilityCause();
    LOG.warn(
        "TLS by the JDK, which is slower, because BoringSSL cannot be loaded: {}",
        cause == null ? "no library for this machine" : cause.getMessage());
    return SslProvider.JDK;
  }

  static SslContextBuilder apply(TlsConfig config, SslContextBuilder builder) {
    builder.sslProvider(PROVIDER).protocols(config.protocols());
    if (!config.ciphers().isEmpty()) {
      List<String> names = new ArrayList<>(TLS13_CIPHERS); // cannot be chosen, so all of them
      config.ciphers().stream().map(TlsCipher::standardName).forEach(names::add);
      builder.ciphers(names);
    }
    return builder;
  }

  /** Trusts what the configured authorities have signed. */
  static X509TrustManager trustIn(TlsConfig config) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (var authority : config.material().authorities()) {
      store.setCertificateEntry("authority-" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("the JDK has no X.509 trust manager");
  }
}
