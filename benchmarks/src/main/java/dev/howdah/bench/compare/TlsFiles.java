package dev.howdah.bench.compare;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a pooler shows to clients that want TLS: an ECDSA certificate on P-256, signed by itself.
 *
 * @param certificate in PEM
 * @param key in PEM
 */
record TlsFiles(Path certificate, Path key) {

  /** Makes both, in a folder that is there. */
  static TlsFiles in(Path folder) throws IOException {
    X509Bundle bundle;
    try {
      bundle =
          new CertificateBuilder()
              .algorithm(Algorithm.ecp256)
              .subject("CN=localhost")
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
    } catch (Exception e) { // whatever the library's many parts may say
      throw new IOException("no certificate could be made", e);
    }
    return new TlsFiles(
        Files.writeString(folder.resolve("pooler.crt"), bundle.getCertificatePEM()),
        Files.writeString(folder.resolve("pooler.key"), bundle.getPrivateKeyPEM()));
  }

  /** Lines of a configuration that asks every client for TLS. */
  List<String> keys() {
    return List.of(
        "client_tls_sslmode = require",
        "client_tls_cert_file = " + certificate,
        "client_tls_key_file = " + key);
  }
}
