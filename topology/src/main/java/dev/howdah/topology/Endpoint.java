package dev.howdah.topology;

/**
 * Where a PostgreSQL server listens.
 *
 * @param host a name, an address, or the directory of a Unix-domain socket when it starts with a
 *     slash
 * @param port the TCP port, which also numbers the socket file in a directory, 1 to 65535
 */
public record Endpoint(String host, int port) {

  public Endpoint {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("an endpoint needs a host");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  /** Whether {@code host} names the directory of a Unix-domain socket. */
  public boolean isUnixSocket() {
    return host.startsWith("/");
  }

  /** The socket file, as PostgreSQL names it; only for Unix-domain sockets. */
  public String socketPath() {
    if (!isUnixSocket()) {
      throw new IllegalStateException(this + " is not a Unix-domain socket");
    }
    return host + "/.s.PGSQL." + port;
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
