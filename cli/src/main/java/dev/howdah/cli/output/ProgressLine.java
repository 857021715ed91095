package dev.howdah.cli.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One line that says which phase of something long is under way and for how long it has been, from
 * its second second on: {@code [2/5] waiting for pg2 to replay everything ... 1.4 s}. On a terminal
 * it changes in place; elsewhere each phase gets a line when it ends. It goes to standard error, so
 * that the report stays alone on standard output. Safe for all threads.
 */
public final class ProgressLine implements AutoCloseable {
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final long REFRESH_MILLIS = 200;
  private static final String ERASE_TO_END = "\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier clock;
  private final int phases;
  private final long startedNanos;
  private final CountDownLatch closed = new CountDownLatch(1);
  private int index;
  private String phase = "";
  private long phaseNanos;
  private boolean drawn;

  ProgressLine(PrintStream out, boolean terminal, int phases, LongSupplier clock) {
    this.out = out;
    this.terminal = terminal;
    this.phases = phases;
    this.clock = clock;
    this.startedNanos = clock.getAsLong();
    this.phaseNanos = startedNanos;
  }

  /**
   * Begins on standard error.
   *
   * @param phases how many there will be; 0 when nobody knows
   */
  public static ProgressLine start(int phases) {
    boolean terminal = LiveLine.isTerminal(2);
    var line = new ProgressLine(System.err, terminal, phases, System::nanoTime);
    if (terminal) {
      Thread.ofVirtual().name("progress").start(line::refresh);
    }
    return line;
  }

  private void refresh() {
    try {
      while (!closed.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS)) {
        tick();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next phase begins, and the one before it, if there was one, is over. */
  public synchronized void phase(String words) {
    endPhase();
    index++;
    phase = words;
    phaseNanos = clock.getAsLong();
    tick();
  }

  /** Says something more about the present phase, in its place: {@code drain: 3 clients left}. */
  public synchronized void detail(String words) {
    phase = words;
    tick();
  }

  synchronized void tick() {
    if (terminal && isLate() && !phase.isEmpty()) {
      out.print("\r" + text(elapsed(startedNanos)) + ERASE_TO_END);
      out.flush();
      drawn = true;
    }
  }

  private void endPhase() {
    if (!terminal && isLate() && !phase.isEmpty()) {
      out.println(text(elapsed(phaseNanos)));
      out.flush();
    }
  }

  private boolean isLate() {
    return elapsed(startedNanos).compareTo(QUIET) >= 0;
  }

  private Duration elapsed(long sinceNanos) {
    return Duration.ofNanos(clock.getAsLong() - sinceNanos);
  }

  private String text(Duration elapsed) {
    String number = phases == 0 ? "" : "[" + index + "/" + phases + "] ";
    return String.format(Locale.ROOT, "%s%s ... %.1f s", number, phase, elapsed.toMillis() / 1e3);
  }

  /** It is over, well or not; the line is gone from a terminal. */
  @Override
  public synchronized void close() {
    if (closed.getCount() == 0) {
      return;
    }
    closed.countDown();
    endPhase();
    if (drawn) {
      out.print("\r" + ERASE_TO_END);
      out.flush();
    }
  }
}
