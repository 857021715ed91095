package dev.howdah.cli.system;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams to a Unix-domain socket, which the JDK cannot (unix(7)). By calls of the C
 * library rather than a channel of Netty's: it needs no thread of its own, and what was sent last
 * is out before the process ends. Never blocks. Safe for all threads.
 */
@SuppressWarnings("restricted") // calls the C library, which --enable-native-access allows
public final class UnixDatagram {
  private static final short AF_UNIX = 1;
  private static final int DATAGRAM = 2 | 0x80000; // SOCK_DGRAM | SOCK_CLOEXEC
  private static final int QUIET_AND_AT_ONCE = 0x4000 | 0x40; // MSG_NOSIGNAL | MSG_DONTWAIT
  private static final int PATH_BYTES_MAX = 107; // sun_path without its last NUL

  private final byte[] address; // struct sockaddr_un, without what follows the name
  private final int socket;

  /**
   * For a socket that may come later.
   *
   * @param path of the socket; with {@code @} in front the name of an abstract one
   * @throws IOException if the name is too long, or the system gives no socket
   */
  public UnixDatagram(String path) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > PATH_BYTES_MAX) {
      throw new IOException("not the name of a socket: " + path);
    }
    if (name[0] == '@') {
      name[0] = 0;
    }
    this.address = new byte[Short.BYTES + name.length];
    MemorySegment.ofArray(address).set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, AF_UNIX);
    System.arraycopy(name, 0, address, Short.BYTES, name.length);
    this.socket = Native.socket();
  }

  /**
   * Sends one datagram.
   *
   * @throws IOException if it was not taken: nobody listens, or whoever listens is too slow
   */
  public void send(byte[] message) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(Native.CALL_STATE);
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
      MemorySegment to = arena.allocate(address.length, Short.BYTES);
      MemorySegment.copy(MemorySegment.ofArray(address), 0, to, 0, address.length);
      if (Native.send(errno, socket, bytes, to) < 0) {
        throw new IOException("sending failed, errno " + (int) Native.ERRNO.get(errno, 0L));
      }
    }
  }

  /** The functions, looked up when the first socket is wanted. */
  private static final class Native {
    static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO =
        CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("socket"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    private static final MethodHandle SENDTO =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("sendto"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT),
            Linker.Option.captureCallState("errno"));

    private Native() {}

    static int socket() throws IOException {
      int socket;
      try {
        socket = (int) SOCKET.invokeExact((int) AF_UNIX, DATAGRAM, 0);
      } catch (Throwable e) {
        throw new IllegalStateException("socket cannot be called", e);
      }
      if (socket < 0) {
        throw new IOException("no socket to be had");
      }
      return socket;
    }

    static long send(MemorySegment errno, int socket, MemorySegment bytes, MemorySegment to) {
      try {
        return (long)
            SENDTO.invokeExact(
                errno, socket, bytes, bytes.byteSize(), QUIET_AND_AT_ONCE, to, (int) to.byteSize());
      } catch (Throwable e) {
        throw new IllegalStateException("sendto cannot be called", e);
      }
    }
  }
}
