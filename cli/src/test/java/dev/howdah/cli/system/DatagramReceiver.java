package dev.howdah.cli.system;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The other end of a {@link UnixDatagram}; blocks until something comes. One thread. */
@SuppressWarnings("restricted")
public final class DatagramReceiver implements AutoCloseable {
  private static final int BYTES_MAX = 1 << 16;

  private final Arena arena = Arena.ofConfined();
  private final int socket;

  /** Listens on a path, or on an abstract name after {@code @}. */
  public DatagramReceiver(String path) throws Throwable {
    socket = (int) function("socket", 3).invokeExact(1, 2, 0);
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    MemorySegment address = arena.allocate(2L + name.length, 2);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
    if (name[0] == '@') {
      address.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
    }
    MethodHandle bind =
        link(
            "bind",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    int bound = (int) bind.invokeExact(socket, address, (int) address.byteSize());
    if (bound != 0) {
      throw new AssertionError("cannot bind " + path);
    }
  }

  /** The next datagram. */
  public String next() throws Throwable {
    MemorySegment buffer = arena.allocate(BYTES_MAX);
    MethodHandle receive =
        link(
            "recv",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    long length = (long) receive.invokeExact(socket, buffer, (long) BYTES_MAX, 0);
    byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static MethodHandle function(String name, int integers) {
    var arguments = new ValueLayout[integers];
    Arrays.fill(arguments, ValueLayout.JAVA_INT);
    return link(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  private static MethodHandle link(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  @Override
  public void close() {
    try {
      int closed = (int) function("close", 1).invokeExact(socket);
      if (closed != 0) {
        throw new AssertionError("cannot close");
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    arena.close();
  }
}
