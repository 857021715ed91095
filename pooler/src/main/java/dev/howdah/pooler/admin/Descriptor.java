package dev.howdah.pooler.admin;

import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A socket of ours, as SHOW FDS has it.
 *
 * @param number of its file descriptor; null on a transport that cannot tell
 * @param task pooler, client or server
 * @param user null before a login and for who listens
 * @param database as {@code user}
 * @param address the other end; for who listens, ours
 * @param cancelKey process id and secret as one number; null for none, or one that is longer
 * @param link the descriptor at the other side of the link; null for none
 * @param settings by lower-case name, as far as they are known
 */
record Descriptor(
    @Nullable Integer number,
    Task task,
    @Nullable String user,
    @Nullable String database,
    @Nullable SocketAddress address,
    @Nullable Long cancelKey,
    @Nullable Integer link,
    Map<String, String> settings) {

  /** What a socket is for. */
  enum Task {
    POOLER,
    CLIENT,
    SERVER
  }

  /** The number of a channel's descriptor; any thread. */
  static @Nullable Integer numberOf(@Nullable Channel channel) {
    return channel instanceof UnixChannel unix ? unix.fd().intValue() : null;
  }

  /** A socket that listens. */
  static Descriptor listening(Channel channel) {
    return new Descriptor(
        numberOf(channel), Task.POOLER, null, null, channel.localAddress(), null, null, Map.of());
  }

  /** A client that has not come in yet. */
  static Descriptor loggingIn(Channel channel) {
    return new Descriptor(
        numberOf(channel), Task.CLIENT, null, null, channel.remoteAddress(), null, null, Map.of());
  }

  @Override
  public String toString() {
    return task + " " + number;
  }
}
