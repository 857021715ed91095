package dev.howdah.pooler.client;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who, by the word of the operating system, is at the other end of a Unix-domain socket. The kernel
 * knows a number; the C library knows its name, wherever names are kept (files, LDAP), which no
 * part of the JDK can tell.
 */
@SuppressWarnings("restricted") // calls the C library, which --enable-native-access allows
final class PeerUser {
  private static final long PASSWD_BYTES = 256; // struct passwd is smaller everywhere
  private static final long STRINGS_BYTES = 1 << 14;
  private static final MethodHandle GETPWUID_R =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("getpwuid_r"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS));

  /** The user id we run as; empty where that is not known. */
  private static final Optional<Integer> OWN_ID = ownId();

  private PeerUser() {}

  private static Optional<Integer> ownId() {
    try {
      return Optional.of((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException _) {
      return Optional.empty();
    }
  }

  /**
   * The user id of the process at the other end.
   *
   * @return empty for a TCP connection, and on a transport that cannot tell
   */
  static Optional<Integer> idOf(Channel channel) {
    try {
      return switch (channel) {
        case EpollDomainSocketChannel epoll -> Optional.of(epoll.peerCredentials().uid());
        case IoUringDomainSocketChannel ring -> Optional.of(ring.peerCredentials().uid());
        default -> Optional.empty();
      };
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the process at the other end runs as the same user as we do; false if not known. */
  static boolean isOurs(Channel channel) {
    return OWN_ID.isPresent() && idOf(channel).equals(OWN_ID);
  }

  /** The name of a user; may ask a directory server, so not on an event loop. */
  static Optional<String> name(int uid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment passwd = arena.allocate(PASSWD_BYTES, Long.BYTES);
      MemorySegment strings = arena.allocate(STRINGS_BYTES);
      MemorySegment found = arena.allocate(ValueLayout.ADDRESS);
      int error = (int) GETPWUID_R.invokeExact(uid, passwd, strings, STRINGS_BYTES, found);
      if (error != 0 || found.get(ValueLayout.ADDRESS, 0).address() == 0) {
        return Optional.empty();
      }
      MemorySegment name = passwd.get(ValueLayout.ADDRESS, 0).reinterpret(STRINGS_BYTES);
      return Optional.of(name.getString(0));
    } catch (Throwable e) {
      throw new IllegalStateException("getpwuid_r cannot be called", e);
    }
  }
}
