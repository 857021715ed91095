package dev.howdah.pooler.hba;

import java.util.Locale;

/** How a rule wants a client to prove who it is (docs: "Authentication Methods"). */
public enum HbaMethod {
  /** No proof. */
  TRUST,
  /** No entry, whatever the proof. */
  REJECT,
  /** MD5 challenge; SCRAM-SHA-256 for users whose stored secret is a SCRAM secret. */
  MD5,
  /** Clear-text password over the wire; {@code auth_type} calls it {@code plain}. */
  PASSWORD,
  /** SCRAM-SHA-256 only. */
  SCRAM_SHA_256,
  /** A TLS client certificate that names the user. */
  CERT,
  /** The operating system's word for the process at the other end of a Unix-domain socket. */
  PEER;

  /** The word in the file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the name that was proven may be mapped to another user by {@code map=}. */
  public boolean takesMap() {
    return this == CERT || this == PEER;
  }
}
