package dev.howdah.pooler.client;

import dev.howdah.pooler.config.AuthConfig;
import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.hba.ConnectionFacts;
import dev.howdah.pooler.hba.HbaMethod;
import dev.howdah.pooler.hba.HbaOptions.ClientCertificate;
import dev.howdah.pooler.hba.Verdict;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.Optional;

/**
 * How one client has to prove who it is: {@code auth_type}, or what the rule for its connection
 * says.
 *
 * @param type never {@link AuthType#HBA}
 * @param map for {@link AuthType#PEER} and {@link AuthType#CERT}: the user name map that applies
 * @param certificate what the client's TLS certificate must be, besides what the type asks for
 */
record AuthDemand(AuthType type, Optional<String> map, ClientCertificate certificate) {

  /**
   * What the configuration demands of a connection.
   *
   * @throws PoolerException 28000 if no rule lets it in
   */
  static AuthDemand of(AuthConfig config, ConnectionFacts facts) {
    if (config.type() != AuthType.HBA) {
      ClientCertificate certificate =
          config.type() == AuthType.CERT
              ? ClientCertificate.VERIFY_FULL
              : ClientCertificate.NOT_NEEDED;
      return new AuthDemand(config.type(), Optional.empty(), certificate);
    }
    return switch (config.hba().rules().match(facts)) {
      case Verdict.Refuse(var message, _) -> throw refused(message);
      case Verdict.Prove prove ->
          new AuthDemand(
              typeOf(prove.method()), prove.options().map(), prove.options().clientCertificate());
    };
  }

  private static AuthType typeOf(HbaMethod method) {
    return switch (method) {
      case TRUST -> AuthType.TRUST;
      case MD5 -> AuthType.MD5;
      case PASSWORD -> AuthType.PLAIN;
      case SCRAM_SHA_256 -> AuthType.SCRAM_SHA_256;
      case PEER -> AuthType.PEER;
      case CERT -> AuthType.CERT;
      case REJECT -> throw new IllegalStateException("a rule that rejects asks for no proof");
    };
  }

  private static PoolerException refused(String message) {
    return PoolerException.of(
        ErrorFields.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, message));
  }
}
