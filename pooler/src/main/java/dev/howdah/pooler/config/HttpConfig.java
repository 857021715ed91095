package dev.howdah.pooler.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The port for metrics and health.
 *
 * @param host name or address to listen on; {@code *} is every address
 * @param port 0 takes any free one
 */
public record HttpConfig(String host, int port) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Pattern ADDRESS =
      Pattern.compile("(?:(?:\\[([^\\[\\]\\s]+)]|([^\\[\\]:\\s]+)):)?(\\d{1,5})");

  public HttpConfig {
    Checks.atLeast("listen", port, 0);
  }

  static List<ConfigKey> keys() {
    return List.of(
        ConfigKey.works(Section.HTTP, "listen", ConfigKey.Kind.TEXT, LOOPBACK + ":8432").atStart());
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

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
