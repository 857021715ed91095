package dev.howdah.pooler.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

class ChannelBindingTest {

  private static X509Certificate certificate(Algorithm algorithm, String subject) throws Exception {
    return new CertificateBuilder()
        .algorithm(algorithm)
        .subject(subject)
        .setIsCertificateAuthority(true)
        .buildSelfSigned()
        .getCertificate();
  }

  @Test
  void the_hash_is_that_of_the_certificates_signature() throws Exception {
    X509Certificate short256 = certificate(Algorithm.ecp256, "CN=a");
    X509Certificate long384 = certificate(Algorithm.ecp384, "CN=a");

    assertThat(short256.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(ChannelBinding.of(short256))
        .isEqualTo(MessageDigest.getInstance("SHA-256").digest(short256.getEncoded()));
    assertThat(long384.getSigAlgName()).isEqualTo("SHA384withECDSA");
    assertThat(ChannelBinding.of(long384))
        .isEqualTo(MessageDigest.getInstance("SHA-384").digest(long384.getEncoded()));
  }

  @Test
  void a_signature_without_a_hash_allows_no_binding() throws Exception {
    assertThat(ChannelBinding.of(certificate(Algorithm.ed25519, "CN=a"))).isNull();
  }

  @Test
  void the_common_name_counts_only_when_there_is_one() throws Exception {
    assertThat(CommonName.of(certificate(Algorithm.ecp256, "CN=app,O=Example"))).contains("app");
    assertThat(CommonName.of(certificate(Algorithm.ecp256, "O=Example"))).isEmpty();
    assertThat(CommonName.of(certificate(Algorithm.ecp256, "CN=app,CN=postgres"))).isEmpty();
    assertThat(CommonName.of(certificate(Algorithm.ecp256, "CN=app+CN=postgres"))).isEmpty();
  }
}
