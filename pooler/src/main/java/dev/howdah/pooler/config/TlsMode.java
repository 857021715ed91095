package dev.howdah.pooler.config;

/** How much encryption a side asks for: the values of the keys named {@code *_tls_sslmode}. */
public enum TlsMode {
  /** None; it is not even offered. */
  DISABLE,
  /** As {@link #PREFER}, which is how PgBouncer carries it out. */
  ALLOW,
  /** If the other side can do it; certificates are not checked. */
  PREFER,
  /** Always; certificates are not checked. */
  REQUIRE,
  /** Always, and the other side's certificate is signed by an authority we trust. */
  VERIFY_CA,
  /** As {@link #VERIFY_CA}, and a server's certificate names the host we connect to. */
  VERIFY_FULL;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }

  /** Whether connections without encryption are out of the question. */
  public boolean isRequired() {
    return compareTo(REQUIRE) >= 0;
  }

  /** Whether the other side's certificate must be signed by an authority we trust. */
  public boolean verifies() {
    return compareTo(VERIFY_CA) >= 0;
  }
}
