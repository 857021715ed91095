package dev.howdah.pooler.hba;

import java.util.Optional;

/**
 * What may follow the method of a rule.
 *
 * @param map the user name map to apply to the proven name; without one both names must be equal.
 *     Only for {@link HbaMethod#CERT} and {@link HbaMethod#PEER}
 * @param clientCertificate what is asked of a TLS client certificate besides the method
 */
public record HbaOptions(Optional<String> map, ClientCertificate clientCertificate) {

  /** What a TLS client certificate must be. */
  public enum ClientCertificate {
    /** Not asked for. */
    NOT_NEEDED,
    /** Signed by an authority in {@code client_tls_ca_file}. */
    VERIFY_CA,
    /**
     * The same, and its common name must be the user. With {@link HbaMethod#CERT}, which always
     * asks for this, the name goes through {@link HbaOptions#map}; with other methods it does not.
     */
    VERIFY_FULL
  }

  static final HbaOptions NONE = new HbaOptions(Optional.empty(), ClientCertificate.NOT_NEEDED);
}
