package dev.howdah.pooler.hba;

import dev.howdah.pooler.hba.ConnectionFacts.Transport;
import java.util.Locale;

/** The first column of a rule (docs: "The pg_hba.conf File"). */
public enum RecordType {
  /** Unix-domain sockets. */
  LOCAL,
  /** TCP with or without TLS. */
  HOST,
  /** TCP with TLS. */
  HOSTSSL,
  /** TCP without TLS. */
  HOSTNOSSL,
  /** TCP with GSSAPI encryption, which nobody has here. */
  HOSTGSSENC,
  /** TCP without GSSAPI encryption, so the same as {@link #HOST} here. */
  HOSTNOGSSENC;

  /** The word in the file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean matches(ConnectionFacts facts) {
    boolean tcp = facts.transport() == Transport.TCP;
    return switch (this) {
      case LOCAL -> !tcp;
      case HOST, HOSTNOGSSENC -> tcp;
      case HOSTSSL -> tcp && facts.tls();
      case HOSTNOSSL -> tcp && !facts.tls();
      case HOSTGSSENC -> false;
    };
  }
}
