package dev.howdah.pooler.tls;

import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Who a certificate says its owner is. */
public final class CommonName {

  private CommonName() {}

  /**
   * The common name of the subject.
   *
   * @return empty when there is none, when there are several, so that it would depend on the reader
   *     which one counts, or when it is not plain text
   */
  public static Optional<String> of(X509Certificate certificate) {
    String found = null;
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        var names = part.toAttributes().get("CN");
        if (names == null) {
          continue;
        }
        if (found != null || names.size() != 1 || !(names.get() instanceof String name)) {
          return Optional.empty();
        }
        found = name;
      }
    } catch (NamingException e) {
      return Optional.empty();
    }
    return Optional.ofNullable(found)
        .filter(name -> !name.isEmpty() && name.chars().noneMatch(Character::isISOControl));
  }
}
