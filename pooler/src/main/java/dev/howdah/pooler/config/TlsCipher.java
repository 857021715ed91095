package dev.howdah.pooler.config;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cipher suites of TLS 1.2 that can be chosen: all with forward secrecy and authenticated
 * encryption. Those of TLS 1.3 are all in use and cannot be chosen.
 */
public enum TlsCipher {
  /** AES-128 in Galois counter mode, for ECDSA certificates. */
  ECDHE_ECDSA_AES128_GCM_SHA256("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
  /** AES-128 in Galois counter mode, for RSA certificates. */
  ECDHE_RSA_AES128_GCM_SHA256("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
  /** AES-256 in Galois counter mode, for ECDSA certificates. */
  ECDHE_ECDSA_AES256_GCM_SHA384("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
  /** AES-256 in Galois counter mode, for RSA certificates. */
  ECDHE_RSA_AES256_GCM_SHA384("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
  /** ChaCha20 with Poly1305, for ECDSA certificates. */
  ECDHE_ECDSA_CHACHA20_POLY1305("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
  /** ChaCha20 with Poly1305, for RSA certificates. */
  ECDHE_RSA_CHACHA20_POLY1305("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final String standardName;

  TlsCipher(String standardName) {
    this.standardName = standardName;
  }

  /** The name in the registry of TLS parameters, which the JDK uses too. */
  public String standardName() {
    return standardName;
  }

  /** The name OpenSSL gives it. */
  public String openSslName() {
    return name().replace('_', '-');
  }

  static Optional<TlsCipher> named(String name) {
    return Arrays.stream(values())
        .filter(cipher -> cipher.openSslName().equals(name) || cipher.standardName.equals(name))
        .findFirst();
  }

  static String allNames() {
    return Arrays.stream(values()).map(TlsCipher::openSslName).collect(Collectors.joining(", "));
  }
}
