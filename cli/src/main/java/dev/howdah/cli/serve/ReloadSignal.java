package dev.howdah.cli.serve;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which asks for a reload as in PgBouncer. By reflection on {@code sun.misc.Signal}: it is
 * supported, but javac warns at every mention of it in a way that cannot be switched off.
 */
public final class ReloadSignal {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadSignal.class);
  private static final String NAME = "HUP";

  private ReloadSignal() {}

  /**
   * Has {@code reload} run at every SIGHUP from now on, on a thread of its own. Where the JVM keeps
   * the signal for itself ({@code -Xrs}), a warning is logged.
   */
  public static void listen(Runnable reload) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              ReloadSignal.class.getClassLoader(), new Class<?>[] {handler}, handlerOf(reload));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(NAME), ours);
    } catch (InvocationTargetException e) {
      LOG.warn("SIGHUP does not reload here", e); // the JVM keeps it for itself
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no signals in this Java", e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // of a proxy, which is what equals is asked of
  private static InvocationHandler handlerOf(Runnable reload) {
    return (self, method, arguments) ->
        switch (method.getName()) {
          case "handle" -> {
            reload.run();
            yield null;
          }
          case "equals" -> self == arguments[0];
          case "hashCode" -> System.identityHashCode(self);
          default -> "handler of SIG" + NAME;
        };
  }
}
