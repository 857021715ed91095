package dev.howdah.cli.top;

import dev.howdah.cli.desk.PoolerDesk;
import dev.howdah.cli.desk.Row;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Shows a pooler live until somebody has seen enough. One thread. */
public final class Top {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final int ROWS_MAX = 1000;

  private final PoolerDesk desk;
  private final Screen screen;
  private final long everyNanos;
  private final View view = new View();

  /** Asks {@code desk} again and again. */
  public Top(PoolerDesk desk, boolean colours, double everySeconds) {
    this.desk = desk;
    this.screen = new Screen(desk.who(), colours);
    this.everyNanos = Math.max(100_000_000L, Math.round(everySeconds * 1e9));
  }

  /** Prints one screen, without a terminal: what is per second is taken over one interval. */
  public void once(PrintWriter out) throws IOException, InterruptedException {
    Sample before = Sample.take(desk, System.nanoTime());
    TimeUnit.NANOSECONDS.sleep(everyNanos);
    Sample now = Sample.take(desk, System.nanoTime());
    Screen.sorted(before, now, view);
    List<String> lines = screen.lines(before, now, view, clock(), ROWS_MAX);
    lines.subList(0, lines.size() - 1).forEach(out::println); // no keys to explain
    out.flush();
  }

  /** Takes the terminal until q or Ctrl-C. A pooler that does not answer is asked again. */
  public void run(PrintStream out) throws IOException, InterruptedException {
    Sample before = Sample.take(desk, System.nanoTime());
    Sample now = before;
    String trouble = "";
    try (RawTerminal terminal = RawTerminal.open(out)) {
      long next = System.nanoTime() + everyNanos / 4; // rates are wanted soon
      while (true) {
        int[] size = terminal.size();
        Screen.sorted(before, now, view); // keeps what is chosen where it is now
        List<String> lines = new ArrayList<>(screen.lines(before, now, view, clock(), size[0]));
        if (!trouble.isEmpty()) {
          lines.set(1, trouble);
        }
        terminal.draw(lines, size[1]);
        String key = terminal.key((next - System.nanoTime()) / 1_000_000);
        boolean refresh = System.nanoTime() - next >= 0 && !view.isHeld();
        if (key != null) {
          List<Row> shown = Screen.sorted(before, now, view);
          switch (view.press(key, shown)) {
            case QUIT -> {
              return;
            }
            case REFRESH -> refresh = true;
            case REDRAW, NOTHING -> {}
          }
        }
        if (refresh) {
          try {
            Sample taken = Sample.take(desk, System.nanoTime());
            before = now;
            now = taken;
            trouble = "";
          } catch (IOException e) {
            trouble = "no answer: " + e.getMessage();
          }
        }
        if (System.nanoTime() - next >= 0) {
          next = System.nanoTime() + everyNanos;
        }
      }
    }
  }

  private static String clock() {
    return LocalTime.now(ZoneId.systemDefault()).format(TIME);
  }
}
