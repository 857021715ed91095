package dev.howdah.pooler.config;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Keys and certificates as read from their files.
 *
 * @param key our private key; empty when we have no certificate either
 * @param chain our certificate, then those that lead to its authority; empty without a key
 * @param authorities those who may sign the other side's certificate; empty when nothing is checked
 */
public record TlsMaterial(
    Optional<PrivateKey> key, List<X509Certificate> chain, List<X509Certificate> authorities) {

  /** Nothing. */
  public static final TlsMaterial NONE = new TlsMaterial(Optional.empty(), List.of(), List.of());

  public TlsMaterial {
    chain = List.copyOf(chain);
    authorities = List.copyOf(authorities);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "TlsMaterial[key="
        + (key.isPresent() ? ConfigProblem.MASKED : "none")
        + ", chain="
        + chain.size()
        + ", authorities="
        + authorities.size()
        + "]";
  }
}
