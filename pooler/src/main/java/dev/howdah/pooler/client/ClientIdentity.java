package dev.howdah.pooler.client;

import dev.howdah.pooler.log.LogSubject;
import dev.howdah.wire.startup.StartupMessage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is, for log lines and the console.
 *
 * @param id unique in this process
 * @param user who it is logged in as
 * @param startup as the client sent it
 * @param address where it comes from; null for some Unix-domain sockets
 */
record ClientIdentity(long id, String user, StartupMessage startup, @Nullable SocketAddress address)
    implements LogSubject {

  /** The address as text: host and port, or {@code unix}. */
  static String text(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : "unix";
  }

  /** The same client under the name of another user. */
  ClientIdentity as(String otherUser) {
    return new ClientIdentity(id, otherUser, startup, address);
  }

  @Override
  public void describe(BiConsumer<String, Object> fields) {
    fields.accept("connection", "C-" + id);
    fields.accept("database", startup.database());
    fields.accept("user", user);
    fields.accept("address", text(address));
  }

  @Override
  public String toString() {
    return "C-" + id + ": " + startup.database() + "/" + user + "@" + text(address);
  }
}
