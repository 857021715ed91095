package dev.howdah.cli.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.howdah.pooler.listen.PassedSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The sockets that systemd listens on for us, by the protocol of sd_listen_fds(3). */
public final class PassedSockets {
  private static final int FIRST = 3; // SD_LISTEN_FDS_START
  private static final int COUNT_MAX = 1_000;

  private PassedSockets() {}

  /**
   * The ones that {@code LISTEN_PID} and {@code LISTEN_FDS} name. From here on they do not block
   * and are not inherited.
   *
   * @return none when there is no such variable, or when it is meant for another process
   * @throws IOException if one is no socket that waits for connections
   */
  public static List<PassedSocket> of(Map<String, String> environment) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    if (!pid.equals(environment.get("LISTEN_PID"))) {
      return List.of();
    }
    List<PassedSocket> sockets = new ArrayList<>();
    for (int i = 0; i < count(environment.getOrDefault("LISTEN_FDS", "0")); i++) {
      sockets.add(Native.prepare(FIRST + i));
    }
    return sockets;
  }

  private static int count(String text) throws IOException {
    try {
      int count = Integer.parseInt(text);
      if (count >= 0 && count <= COUNT_MAX) {
        return count;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new IOException("LISTEN_FDS = " + text + " is no number of sockets");
  }

  /** The functions, looked up when there is a socket. */
  private static final class Native {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final MethodHandle FCNTL =
        NativeCalls.of(
            "fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle GETSOCKOPT =
        NativeCalls.of(
            "getsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    private Native() {}

    static PassedSocket prepare(int descriptor) throws IOException {
      int family = option(descriptor, SO_DOMAIN);
      boolean known = family == AF_UNIX || family == AF_INET || family == AF_INET6;
      if (!known || option(descriptor, SO_ACCEPTCONN) != 1) {
        throw new IOException(
            "the service manager passed something that is no listening socket (fd %d); use"
                    .formatted(descriptor)
                + " ListenStream= and Accept=no in the .socket unit");
      }
      int flags = fcntl(descriptor, F_GETFL, 0);
      if (flags < 0
          || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0
          || fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
        throw new IOException(
            "failed to set up socket passed from service manager (fd %d)".formatted(descriptor));
      }
      return new PassedSocket(descriptor, family == AF_UNIX);
    }

    /** The value of a socket's option; -1 if it is no socket. */
    private static int option(int descriptor, int name) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment value = arena.allocate(JAVA_INT);
        MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
        int answer =
            (int)
                NativeCalls.call(() ->
                    (int) GETSOCKOPT.invokeExact(descriptor, SOL_SOCKET, name, value, length));
        return answer == 0 ? value.get(JAVA_INT, 0) : -1;
      }
    }

    private static int fcntl(int descriptor, int command, int argument) {
      return (int) NativeCalls.call(() -> (int) FCNTL.invokeExact(descriptor, command, argument));
    }
  }
}
