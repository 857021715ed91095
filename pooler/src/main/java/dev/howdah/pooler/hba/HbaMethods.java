package dev.howdah.pooler.hba;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the method column. */
final class HbaMethods {

  private static final String IDENT = "ident";
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry(
              IDENT,
              "is not supported over TCP, because it believes whatever the client's machine says;"
                  + " use scram-sha-256 or cert"),
          Map.entry("ldap", "is not supported: LDAP is not planned; use scram-sha-256"),
          Map.entry("pam", "is not supported: PAM is not planned; use scram-sha-256"),
          Map.entry("radius", "is not supported: RADIUS is not planned; use scram-sha-256"),
          Map.entry("gss", "is not supported: GSSAPI is not planned; use scram-sha-256 or cert"),
          Map.entry("sspi", "is not supported: it exists on Windows only; use scram-sha-256"),
          Map.entry("bsd", "is not supported: it exists on OpenBSD only; use scram-sha-256"),
          Map.entry("oauth", "is not supported: OAuth is not planned; use scram-sha-256"),
          Map.entry("any", "exists only as auth_type; write trust"),
          Map.entry("plain", "is called password here; write password"),
          Map.entry("hba", "exists only as auth_type; write how clients prove who they are"));

  private HbaMethods() {}

  /** Whether a word is a method, be it supported or not. */
  static boolean isKnown(String word) {
    return REFUSED.containsKey(word)
        || Arrays.stream(HbaMethod.values()).anyMatch(method -> method.word().equals(word));
  }

  /**
   * The method of that name.
   *
   * @throws IllegalArgumentException whose message says what is wrong and what would be right
   */
  static HbaMethod parse(RecordType type, String word) {
    if (type == RecordType.LOCAL && word.equals(IDENT)) {
      return HbaMethod.PEER; // as PostgreSQL does
    }
    String reason = REFUSED.get(word);
    if (reason != null) {
      throw new IllegalArgumentException("method " + word + " " + reason);
    }
    for (HbaMethod method : HbaMethod.values()) {
      if (method.word().equals(word)) {
        check(type, method);
        return method;
      }
    }
    throw new IllegalArgumentException(
        word
            + " is no method; write one of "
            + Arrays.stream(HbaMethod.values())
                .map(HbaMethod::word)
                .collect(Collectors.joining(", ")));
  }

  private static void check(RecordType type, HbaMethod method) {
    if (method == HbaMethod.PEER && type != RecordType.LOCAL) {
      throw new IllegalArgumentException(
          "method peer works on Unix-domain sockets only; write it on a local line");
    }
    if (method == HbaMethod.CERT && type != RecordType.HOSTSSL) {
      throw new IllegalArgumentException(
          "method cert needs TLS; write hostssl instead of " + type.word());
    }
  }
}
