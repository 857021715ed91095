package dev.howdah.cli.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Whose rights the process has, and how it gives up those of root. By the C library, which changes
 * all threads of the process at once (nptl(7)).
 */
@SuppressWarnings("restricted") // calls the C library, which --enable-native-access allows
public final class ProcessUser {
  // struct passwd begins with two pointers, then come pw_uid and pw_gid.
  private static final long UID_AT = 2 * ADDRESS.byteSize();
  private static final long GID_AT = UID_AT + Integer.BYTES;

  private ProcessUser() {}

  /**
   * Becomes a user, with its groups and without a way back.
   *
   * @return whether anything changed: not when we are that user already
   * @throws IOException if there is no such user, or if we are neither it nor root
   */
  public static boolean become(String name) throws IOException {
    int[] ids = Native.idsOf(name);
    int uid = ids[0];
    int gid = ids[1];
    int now = Native.geteuid();
    if (now == uid) {
      return false;
    }
    if (now != 0) {
      throw new IOException("user = " + name + ": only root can become another user");
    }
    if (Native.initgroups(name, gid) != 0
        || Native.setgid(gid) != 0
        || Native.setuid(uid) != 0
        || Native.geteuid() != uid
        || (uid != 0 && Native.setuid(0) == 0)) {
      throw new IOException("user = " + name + ": the system does not let us become that user");
    }
    return true;
  }

  /** Whether the process may do everything. */
  public static boolean isRoot() {
    return Native.geteuid() == 0;
  }

  /** The functions, looked up when they are wanted. */
  private static final class Native {
    private static final FunctionDescriptor ONE_ID = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
    private static final MethodHandle GETEUID =
        NativeCalls.of("geteuid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle SETUID = NativeCalls.of("setuid", ONE_ID);
    private static final MethodHandle SETGID = NativeCalls.of("setgid", ONE_ID);
    private static final MethodHandle INITGROUPS =
        NativeCalls.of("initgroups", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETPWNAM =
        NativeCalls.of("getpwnam", FunctionDescriptor.of(ADDRESS, ADDRESS));

    private Native() {}

    /** User and group of a name. */
    static int[] idsOf(String name) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment found =
            (MemorySegment)
                call(() -> (MemorySegment) GETPWNAM.invokeExact(arena.allocateFrom(name)));
        if (found.address() == 0) {
          throw new IOException("user = " + name + ": there is no such user");
        }
        MemorySegment entry = found.reinterpret(GID_AT + Integer.BYTES);
        return new int[] {entry.get(JAVA_INT, UID_AT), entry.get(JAVA_INT, GID_AT)};
      }
    }

    static int geteuid() {
      return (int) call(() -> (int) GETEUID.invokeExact());
    }

    static int setuid(int uid) {
      return (int) call(() -> (int) SETUID.invokeExact(uid));
    }

    static int setgid(int gid) {
      return (int) call(() -> (int) SETGID.invokeExact(gid));
    }

    static int initgroups(String name, int gid) {
      try (Arena arena = Arena.ofConfined()) {
        return (int) call(() -> (int) INITGROUPS.invokeExact(arena.allocateFrom(name), gid));
      }
    }

    private static Object call(NativeCalls.Call call) {
      return NativeCalls.call(call);
    }
  }
}
