package dev.howdah.pooler.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.config.ConfigLoader;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The HTTP port with TLS. */
class HttpTlsTest {
  private @TempDir Path folder;

  private X509Bundle issue(Algorithm algorithm) throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .algorithm(algorithm)
            .subject("CN=localhost")
            .addSanIpAddress("127.0.0.1")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(folder.resolve("http.crt"), bundle.getCertificatePEM());
    Files.writeString(folder.resolve("http.key"), bundle.getPrivateKeyPEM());
    return bundle;
  }

  private Pooler start() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("howdah.ini"),
            """
            [databases]
            erp = host=127.0.0.1 port=1
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = 0
            unix_socket_dir =
            auth_type = any
            event_loops = 1
            [http]
            listen = 0
            tls_key_file = %s
            tls_cert_file = %s
            """
                .formatted(folder.resolve("http.key"), folder.resolve("http.crt")));
    return Pooler.start(ConfigLoader.load(file, _ -> null));
  }

  private static HttpResponse<String> get(Pooler pooler, X509Bundle trusted) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.toTrustManagerFactory().getTrustManagers(), null);
    try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
      int port = pooler.httpPort().getAsInt();
      return http.send(
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/readyz")).build(),
          BodyHandlers.ofString());
    }
  }

  private static BigInteger serial(HttpResponse<String> response) throws IOException {
    X509Certificate shown =
        (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
    return shown.getSerialNumber();
  }

  @ParameterizedTest
  @EnumSource(names = {"rsa2048", "ecp256", "ed25519"})
  void the_port_speaks_https_with_any_kind_of_key(Algorithm algorithm) throws Exception {
    X509Bundle bundle = issue(algorithm);
    try (Pooler pooler = start()) {
      HttpResponse<String> response = get(pooler, bundle);

      assertThat(response.body()).isEqualTo("ready\n");
      assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void a_reload_renews_the_certificate() throws Exception {
    X509Bundle first = issue(Algorithm.ecp256);
    try (Pooler pooler = start()) {
      BigInteger before = serial(get(pooler, first));
      X509Bundle second = issue(Algorithm.rsa2048);
      assertThat(serial(get(pooler, first))).isEqualTo(before);

      pooler.reload("test");

      assertThat(serial(get(pooler, second))).isNotEqualTo(before);
    }
  }

  @Test
  void who_does_not_trust_the_certificate_gets_nothing() throws Exception {
    issue(Algorithm.ecp256);
    try (Pooler pooler = start()) {
      X509Bundle other =
          new CertificateBuilder()
              .subject("CN=other")
              .setIsCertificateAuthority(true)
              .buildSelfSigned();

      assertThatThrownBy(() -> get(pooler, other)).isInstanceOf(IOException.class);
    }
  }
}
