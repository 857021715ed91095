package dev.howdah.cli.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a request: the command sees it, stops in its own order and says
 * with which code; then the JVM ends with that code rather than with 130 or 143.
 */
public final class StopSignal {

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int exitCode = ExitCode.FAILURE;

  /**
   * Listens from now on.
   *
   * @param patience how long the command may take to stop before the JVM ends all the same
   */
  public void listen(Duration patience) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> onExit(patience), "stop-signal"));
  }

  private void onExit(Duration patience) {
    if (finished.getCount() == 0) {
      return; // an ordinary end
    }
    requested.countDown();
    try {
      if (finished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(exitCode);
      }
      System.err.println("howdah: not stopped within " + patience.toSeconds() + " s, giving up");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until somebody asks, and returns true then; false when {@code time} passes first. */
  public boolean await(Duration time) throws InterruptedException {
    return requested.await(Math.max(0, time.toMillis()), TimeUnit.MILLISECONDS);
  }

  /** Waits until somebody asks. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /** Asks, as Ctrl-C would. */
  public void request() {
    requested.countDown();
  }

  /** The command has stopped, all is tidied up and said; the JVM may end with {@code code}. */
  public void finish(int code) {
    exitCode = code;
    finished.countDown();
  }
}
