package dev.howdah.cli.serve;

import dev.howdah.cli.system.ServiceManager;
import dev.howdah.cli.system.Signals;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SIGHUP, which asks for a reload as in PgBouncer. */
public final class ReloadSignal {
  private final ServiceManager manager;
  private final Supplier<@Nullable RunningPooler> running;
  private final AtomicBoolean missed = new AtomicBoolean();

  private ReloadSignal(ServiceManager manager, Supplier<@Nullable RunningPooler> running) {
    this.manager = manager;
    this.running = running;
  }

  /**
   * Has the pooler reload at every SIGHUP from now on, and tells the service manager.
   *
   * @param running null while there is none; {@link #catchUp} follows when there is
   */
  public static ReloadSignal listen(
      ServiceManager manager, Supplier<@Nullable RunningPooler> running) {
    var signal = new ReloadSignal(manager, running);
    Signals.handle("HUP", signal::onSignal);
    return signal;
  }

  /** The pooler runs now: what it read while it started may be old by now. */
  public void catchUp() {
    if (missed.getAndSet(false)) {
      onSignal();
    }
  }

  private void onSignal() {
    RunningPooler pooler = running.get();
    if (pooler == null) {
      missed.set(true);
      return;
    }
    manager.reloading();
    pooler.reload();
    manager.ready();
  }
}
