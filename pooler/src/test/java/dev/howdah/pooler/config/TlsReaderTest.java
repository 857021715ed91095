package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.TestCertificates;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsReaderTest {

  @TempDir Path directory;
  private ConfigFixture fixture;
  private TestCertificates certificates;

  @BeforeEach
  void prepare() {
    fixture = new ConfigFixture(directory);
    certificates = new TestCertificates(directory);
    certificates.issue("pooler");
    certificates.issue("other");
  }

  @Test
  void keys_and_certificates_are_read_with_the_configuration() throws ConfigException {
    TlsConfig tls =
        fixture
            .main(
                client("verify-full", "pooler.key", "pooler.crt")
                    + "client_tls_ca_file = "
                    + certificates.file("ca.crt"))
            .clientTls();

    assertThat(tls.mode()).isEqualTo(TlsMode.VERIFY_FULL);
    assertThat(tls.material().key()).isPresent();
    assertThat(tls.material().chain())
        .singleElement()
        .satisfies(
            found -> assertThat(found.getSubjectX500Principal().getName()).isEqualTo("CN=pooler"));
    assertThat(tls.material().authorities()).hasSize(1);
    assertThat(tls.toString()).doesNotContain("PrivateKey");
  }

  @Test
  void a_key_of_another_certificate_is_a_problem() {
    assertThat(fixture.problemOfMain(client("require", "other.key", "pooler.crt")))
        .contains("client_tls_key_file")
        .contains("does not belong to the certificate in client_tls_cert_file");
  }

  @Test
  void files_that_cannot_be_read_are_problems_of_their_keys() throws IOException {
    Files.writeString(directory.resolve("empty"), "nothing");
    assertThat(fixture.problemOfMain(client("require", "none.key", "pooler.crt")))
        .contains("none.key: cannot be read: no such file");
    assertThat(fixture.problemOfMain(client("require", "empty", "pooler.crt")))
        .contains("holds no private key in PEM form");
    assertThat(fixture.problemOfMain(client("require", "pooler.key", "empty")))
        .contains("holds no certificate in PEM form");
    assertThat(fixture.problemOfMain("server_tls_ca_file = /none")).contains("no such file");
  }

  @Test
  void tls_that_begins_at_once_cannot_be_optional() {
    assertThat(fixture.problemOfMain("server_tls_sslnegotiation = direct"))
        .contains("cannot fall back to plain text; set server_tls_sslmode to require");
    assertThat(fixture.problemOfMain("server_tls_sslnegotiation = at once"))
        .contains("postgres, direct");
  }

  @Test
  void what_a_mode_needs_must_be_there() {
    assertThat(fixture.problemOfMain("client_tls_sslmode = require"))
        .contains("needs client_tls_key_file");
    assertThat(fixture.problemOfMain("server_tls_sslmode = verify-ca"))
        .contains("needs server_tls_ca_file");
    assertThat(fixture.problemOfMain("server_tls_cert_file = " + certificates.file("pooler.crt")))
        .contains("needs server_tls_key_file");
    assertThat(fixture.problemOfMain(client("verify-ca", "pooler.key", "pooler.crt")))
        .contains("needs client_tls_ca_file");
  }

  @Test
  void keys_in_the_older_form_for_elliptic_curves_are_read() throws Exception {
    byte[] pkcs8 = PemFile.privateKey(certificates.file("pooler.key")).getEncoded();
    // PKCS #8 of a P-256 key: version, algorithm (21 bytes), then the older form without its curve.
    byte[] older = withCurve(pkcs8);
    Path file =
        Files.writeString(
            directory.resolve("older.key"),
            "-----BEGIN EC PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(older)
                + "\n-----END EC PRIVATE KEY-----\n");

    assertThat(secretOf(file)).isEqualTo(secretOf(certificates.file("pooler.key")));
  }

  private static BigInteger secretOf(Path file) {
    return ((ECPrivateKey) PemFile.privateKey(file)).getS();
  }

  /** ECPrivateKey (RFC 5915) with its curve, P-256, from the secret number alone. */
  private static byte[] withCurve(byte[] pkcs8) {
    byte[] curve = {(byte) 0xA0, 10, 6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7};
    int secretAt = indexOfSecret(pkcs8);
    byte[] key = new byte[2 + 3 + 34 + curve.length];
    key[0] = 0x30;
    key[1] = (byte) (key.length - 2);
    key[2] = 2;
    key[3] = 1;
    key[4] = 1;
    System.arraycopy(pkcs8, secretAt, key, 5, 34);
    System.arraycopy(curve, 0, key, 39, curve.length);
    return key;
  }

  private static int indexOfSecret(byte[] pkcs8) {
    for (int i = 0; i < pkcs8.length - 34; i++) {
      if (pkcs8[i] == 2 && pkcs8[i + 1] == 1 && pkcs8[i + 2] == 1 && pkcs8[i + 3] == 4) {
        return i + 3;
      }
    }
    throw new IllegalStateException("no secret number in the key");
  }

  private String client(String mode, String key, String certificate) {
    return """
    client_tls_sslmode = %s
    client_tls_key_file = %s
    client_tls_cert_file = %s
    """
        .formatted(mode, certificates.file(key), certificates.file(certificate));
  }
}
