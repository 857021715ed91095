package dev.howdah.cli.output;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shows a line that changes: in place on a terminal, one below the other elsewhere. One thread at a
 * time.
 */
public final class LiveLine {

  private static final String ERASE_TO_END = "\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private boolean open;

  /** Writes to {@code out}, which is a terminal or is not. */
  public LiveLine(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Whether standard output is a terminal. {@code System.console()} would want standard input to be
   * one, too.
   */
  public static boolean standardOutputIsTerminal() {
    return isTerminal(1);
  }

  /** The same for any of the standard streams: 0, 1 or 2. */
  public static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Shows {@code line} in place of the last one. */
  public void show(String line) {
    if (terminal) {
      out.print("\r" + line + ERASE_TO_END);
      open = true;
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** Leaves the last line standing; what is printed next starts below it. */
  public void end() {
    if (open) {
      out.println();
      open = false;
    }
  }
}
