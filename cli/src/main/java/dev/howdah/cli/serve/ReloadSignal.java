package dev.howdah.cli.serve;

import dev.howdah.cli.system.ServiceManager;
import dev.howdah.cli.system.Signals;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SIGHUP, which asks for a reload as in PgBouncer. */
public final class ReloadSignal {
  private ReloadSignal() {}

  /**
   * Has the pooler reload at every SIGHUP from now on, and tells the service manager.
   *
   * @param running null while there is none; the signal has no effect then
   */
  public static void listen(ServiceManager manager, Supplier<@Nullable RunningPooler> running) {
    Signals.handle(
        "HUP",
        () -> {
          RunningPooler pooler = running.get();
          if (pooler != null) {
            manager.reloading();
            pooler.reload();
            manager.ready();
          }
        });
  }
}
