package dev.howdah.pooler.http;

import com.sun.net.httpserver.HttpsConfigurator;
import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.config.TlsMaterial;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the port with the key and certificate that are in force at each handshake, so that a
 * reload renews them. TLS 1.2 and 1.3, as the JDK has them.
 */
final class HttpTls {

  private HttpTls() {}

  /** For a server that speaks HTTPS. */
  static HttpsConfigurator configurator(Supplier<HttpConfig> config)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new Present(config)}, null, null);
    return new HttpsConfigurator(context);
  }

  /** There is one key at a time, which has one name. */
  private static final class Present extends X509ExtendedKeyManager {
    private static final String NAME = "present";

    private final Supplier<HttpConfig> config;

    Present(Supplier<HttpConfig> config) {
      this.config = config;
    }

    private TlsMaterial material() {
      return config.get().tls();
    }

    /** The name of our key, if it is of the kind that is asked for. */
    private @Nullable String nameFor(String keyType) {
      String ours = material().key().map(PrivateKey::getAlgorithm).orElse("");
      String kind = keyType.startsWith("EC") ? "EC" : keyType;
      return kind.equals(ours) || (kind.equals("Ed25519") && ours.equals("EdDSA")) ? NAME : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
      return nameFor(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, Socket socket) {
      return nameFor(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return nameFor(keyType) == null ? null : new String[] {NAME};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return material().chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return material().key().orElse(null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
      return null;
    }
  }
}
