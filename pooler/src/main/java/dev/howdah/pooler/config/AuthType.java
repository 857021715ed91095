package dev.howdah.pooler.config;

/** How clients prove who they are. */
public enum AuthType {
  /** No check at all and the user name is ignored; the database entry must name the user. */
  ANY,
  /** No check, but the user must be listed in {@code auth_file}. */
  TRUST,
  /** Clear-text password over the wire. */
  PLAIN,
  /** MD5 challenge; users whose stored secret is a SCRAM secret use SCRAM-SHA-256. */
  MD5,
  /** SCRAM-SHA-256 only. */
  SCRAM_SHA_256,
  /** A TLS client certificate that names the user. */
  CERT,
  /** The operating system's user at the other end of a Unix-domain socket; not in PgBouncer. */
  PEER,
  /** Whatever the rules in {@code auth_hba_file} say. */
  HBA;

  /** The word in the configuration file. */
  public String word() {
    return ChoiceWords.of(this);
  }

  /** Whether clients are looked up in {@code auth_file}. */
  public boolean needsUsers() {
    return this != ANY;
  }
}
