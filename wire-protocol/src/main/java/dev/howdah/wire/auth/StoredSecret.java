package dev.howdah.wire.auth;

/**
 * The secret of a role as a userlist or {@code pg_authid} holds it. The text alone tells which kind
 * it is, by the rules of PostgreSQL's {@code get_password_type}.
 */
public sealed interface StoredSecret {

  /** Classifies a text; whatever is neither MD5 hash nor SCRAM verifier is a plain password. */
  static StoredSecret parse(String text) {
    if (Md5Password.isHash(text)) {
      return new Md5(text);
    }
    ScramVerifier verifier = ScramVerifier.parse(text);
    return verifier == null ? new Plain(text) : new Scram(verifier);
  }

  /** The password itself: good for every method, in both roles. */
  record Plain(String password) implements StoredSecret {
    @Override
    public String toString() {
      return "Plain[redacted]";
    }
  }

  /** {@code md5} and 32 hex digits: good for MD5 in both roles. */
  record Md5(String hash) implements StoredSecret {
    @Override
    public String toString() {
      return "Md5[redacted]";
    }
  }

  /** A SCRAM verifier: good for checking clients, and for logging in with a ClientKey learnt. */
  record Scram(ScramVerifier verifier) implements StoredSecret {
    @Override
    public String toString() {
      return "Scram[redacted]";
    }
  }
}
