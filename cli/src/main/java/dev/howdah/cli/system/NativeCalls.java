package dev.howdah.cli.system;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Functions of the C library. */
@SuppressWarnings("restricted") // which --enable-native-access allows
final class NativeCalls {
  private static final Linker LINKER = Linker.nativeLinker();

  private NativeCalls() {}

  /** A call of a method handle, which may throw anything as far as the compiler knows. */
  interface Call {
    Object run() throws Throwable;
  }

  static MethodHandle of(String name, FunctionDescriptor shape, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, options);
  }

  static Object call(Call call) {
    try {
      return call.run();
    } catch (Throwable e) {
      throw new IllegalStateException("the C library cannot be called", e);
    }
  }
}
