package dev.howdah.cli.system;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system, by {@code sun.misc.Signal} of the supported module {@code
 * jdk.unsupported}. By reflection, since javac warns at every mention of it in a way that cannot be
 * switched off, and our build has no warnings.
 */
public final class Signals {

  private Signals() {}

  /**
   * Has {@code action} run, on a thread of its own, at every signal of this name from now on,
   * instead of what the JVM does.
   *
   * @param name without SIG, such as TERM
   * @return false if the JVM keeps the signal for itself
   */
  @SuppressWarnings("ReferenceEquality") // handlers are who they are
  public static boolean handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "handler of SIG" + name;
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return false; // unknown here, or used by the JVM
      }
      throw new IllegalStateException("cannot handle SIG" + name, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no signals in this Java", e);
    }
  }

  /**
   * Whether SIGUSR2 is free. The JVM uses it to suspend threads unless the environment gives it
   * another signal, as {@code ./howdah} does.
   */
  public static boolean isUsr2Free() {
    return System.getenv("_JAVA_SR_SIGNUM") != null;
  }
}
