package dev.howdah.pooler.client;

import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.hba.HbaOptions.ClientCertificate;
import dev.howdah.pooler.hba.IdentMaps;
import dev.howdah.pooler.tls.CommonName;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the TLS certificate a client has shown with what is asked of it. That somebody we trust
 * has signed it was checked by the handshake.
 */
final class CertificateCheck {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateCheck.class);

  private final AuthDemand demand;
  private final IdentMaps maps;

  CertificateCheck(AuthDemand demand, IdentMaps maps) {
    this.demand = demand;
    this.maps = maps;
  }

  /** Whether a certificate is asked for at all. */
  boolean isNeeded() {
    return demand.certificate() != ClientCertificate.NOT_NEEDED;
  }

  /**
   * Looks at a certificate.
   *
   * @param shown empty when the client has none
   * @throws PoolerException 28000 if it is not what is asked for
   */
  void check(Optional<X509Certificate> shown, String user) {
    X509Certificate certificate =
        shown.orElseThrow(() -> refused("connection requires a valid client certificate"));
    if (demand.certificate() == ClientCertificate.VERIFY_CA) {
      return;
    }
    Optional<String> name = CommonName.of(certificate);
    Optional<String> map = demand.type() == AuthType.CERT ? demand.map() : Optional.empty();
    if (name.isEmpty() || !maps.allows(map, name.get(), user)) {
      LOG.info("a certificate for {} does not let in {}", name.orElse("nobody"), user);
      throw failed(user);
    }
  }

  /** The answer to a certificate for a user who is not listed, and to one for somebody else. */
  static PoolerException failed(String user) {
    return refused("certificate authentication failed for user \"" + user + "\"");
  }

  private static PoolerException refused(String message) {
    return PoolerException.of(
        ErrorFields.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, message));
  }
}
