package dev.howdah.pooler.admin;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Socket addresses as the console shows them. */
final class Addresses {

  private Addresses() {}

  static String host(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "unix";
  }

  /** The port; {@code unixPort} for Unix-domain sockets, which are numbered by one. */
  static int port(@Nullable SocketAddress address, int unixPort) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : unixPort;
  }
}
