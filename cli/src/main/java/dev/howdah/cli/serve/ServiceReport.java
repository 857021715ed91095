package dev.howdah.cli.serve;

import dev.howdah.cli.system.ServiceManager;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reports a running pooler to the service manager: that it is ready, how it stands, that it lives,
 * that it stops. On a virtual thread of its own, until it is closed.
 */
public final class ServiceReport implements AutoCloseable {
  private static final Duration STATUS_PERIOD = Duration.ofSeconds(5);

  private final ServiceManager manager;
  private final RunningPooler pooler;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean stopping;

  private ServiceReport(ServiceManager manager, RunningPooler pooler) {
    this.manager = manager;
    this.pooler = pooler;
  }

  /** Says that the pooler is ready, and reports from now on. */
  public static ServiceReport start(ServiceManager manager, RunningPooler pooler) {
    var report = new ServiceReport(manager, pooler);
    if (manager.isPresent()) {
      pooler.onStopBegun(report::onStopBegun);
      manager.ready();
      Thread.ofVirtual().name("service-report").start(report::run);
    }
    return report;
  }

  private void onStopBegun() {
    stopping = true;
    manager.stopping();
  }

  private void run() {
    Duration half = manager.watchdog().map(max -> max.dividedBy(2)).orElse(STATUS_PERIOD);
    Duration period = half.compareTo(STATUS_PERIOD) < 0 ? half : STATUS_PERIOD;
    try {
      do {
        report();
      } while (!over.await(period.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report() {
    boolean live = pooler.isLive();
    if (live && manager.watchdog().isPresent()) {
      manager.alive();
    }
    if (!live) {
      manager.status("an event loop does not answer");
      return;
    }
    RunningPooler.Snapshot now = pooler.snapshot();
    manager.status(
        "%s%d clients, %d server connections, %d waiting"
            .formatted(
                stopping ? "shutting down: " : "", now.clients(), now.servers(), now.waiting()));
  }

  @Override
  public void close() {
    over.countDown();
  }
}
