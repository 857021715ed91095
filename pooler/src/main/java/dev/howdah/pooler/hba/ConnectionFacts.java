package dev.howdah.pooler.hba;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client when the rule for it is looked up.
 *
 * @param transport how it is connected
 * @param tls whether the connection is encrypted
 * @param address where it comes from; null for a Unix-domain socket. An IPv4-mapped IPv6 address,
 *     as a socket for both families may report it, becomes the IPv4 address, so that it cannot slip
 *     past an IPv4 rule
 * @param database as asked for in the startup message
 * @param user as asked for in the startup message
 * @param replication whether physical replication is asked for; false for logical replication,
 *     which names a database and is matched by it
 */
public record ConnectionFacts(
    Transport transport,
    boolean tls,
    @Nullable InetAddress address,
    String database,
    String user,
    boolean replication) {

  /** How a client is connected. */
  public enum Transport {
    /** A Unix-domain socket. */
    LOCAL,
    /** TCP over IPv4 or IPv6. */
    TCP
  }

  public ConnectionFacts {
    if ((transport == Transport.TCP) != (address != null)) {
      throw new IllegalArgumentException("an address belongs to TCP, and only to it");
    }
    address = address == null ? null : unmapped(address);
  }

  private static InetAddress unmapped(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the bytes of an address are one", e);
    }
  }

  /** A client on a Unix-domain socket. */
  public static ConnectionFacts local(String database, String user) {
    return new ConnectionFacts(Transport.LOCAL, false, null, database, user, false);
  }

  /** A client on TCP. */
  public static ConnectionFacts tcp(
      InetAddress address, boolean tls, String database, String user) {
    return new ConnectionFacts(Transport.TCP, tls, address, database, user, false);
  }

  /** The same client asking for physical replication. */
  public ConnectionFacts replicating() {
    return new ConnectionFacts(transport, tls, address, database, user, true);
  }

  /** Where the client comes from, as PostgreSQL writes it: the bare address or {@code [local]}. */
  public String origin() {
    return address == null ? "[local]" : AddressText.of(address);
  }
}
