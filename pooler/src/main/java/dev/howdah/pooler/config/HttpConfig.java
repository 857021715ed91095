package dev.howdah.pooler.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The port for operators and their machines: metrics, health, the admin API, the status page.
 *
 * @param host name or address to listen on; {@code *} is every address
 * @param port 0 takes any free one
 * @param token what has to be shown to give orders; empty when nobody may give any
 * @param readAccess who may look
 * @param tls the key and certificate to encrypt with; {@link TlsMaterial#NONE} for plain HTTP
 */
public record HttpConfig(
    String host, int port, Optional<String> token, ReadAccess readAccess, TlsMaterial tls) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Pattern ADDRESS =
      Pattern.compile("(?:(?:\\[([^\\[\\]\\s]+)]|([^\\[\\]:\\s]+)):)?(\\d{1,5})");

  /** Who may see pools, clients, topology. Metrics and health checks are open to everybody. */
  public enum ReadAccess {
    /** Everybody who reaches the port. */
    OPEN,
    /** Whoever shows the token. */
    TOKEN
  }

  public HttpConfig {
    Checks.atLeast("listen", port, 0);
  }

  /** A port in plain HTTP without a token, where everybody may look. */
  public HttpConfig(String host, int port) {
    this(host, port, Optional.empty(), ReadAccess.OPEN, TlsMaterial.NONE);
  }

  static List<ConfigKey> keys() {
    return List.of(
        ConfigKey.works(Section.HTTP, "listen", ConfigKey.Kind.TEXT, LOOPBACK + ":8432").atStart(),
        ConfigKey.works(Section.HTTP, "token", ConfigKey.Kind.SECRET, ""),
        ConfigKey.works(Section.HTTP, "read_access", ConfigKey.Kind.CHOICE, "open")
            .words("open", "token"),
        ConfigKey.works(Section.HTTP, "tls_key_file", ConfigKey.Kind.FILE, ""),
        ConfigKey.works(Section.HTTP, "tls_cert_file", ConfigKey.Kind.FILE, ""));
  }

  /** Reads {@code port}, {@code host:port} or {@code [IPv6 address]:port}. */
  static HttpConfig parse(String text) {
    Matcher parts = ADDRESS.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "is no address; write address:port, as 127.0.0.1:8432, or a port for " + LOOPBACK);
    }
    int port = Integer.parseInt(parts.group(3));
    if (port > 65535) {
      throw new IllegalArgumentException("has a port that is too large; at most 65535");
    }
    String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
    return new HttpConfig(host == null ? LOOPBACK : host, port);
  }

  /** Whether the port speaks HTTPS. */
  public boolean isEncrypted() {
    return tls.key().isPresent();
  }

  /** Whether nobody but this machine reaches it. */
  public boolean isOnLoopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /** The same where {@code other} listens, encrypted or not as that is; both need a restart. */
  HttpConfig at(HttpConfig other) {
    boolean same = isEncrypted() == other.isEncrypted();
    return new HttpConfig(other.host, other.port, token, readAccess, same ? tls : other.tls);
  }

  /** Where it is, without the rest. */
  public String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return address();
  }
}
