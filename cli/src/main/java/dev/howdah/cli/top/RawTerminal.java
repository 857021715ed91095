package dev.howdah.cli.top;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The terminal as {@code top} needs it: a screen of its own, keys as they are pressed, no echo.
 * Closing it puts everything back, and so does the end of the JVM. The settings are changed by
 * stty(1), which knows every terminal.
 */
final class RawTerminal implements AutoCloseable {
  private static final File TERMINAL = new File("/dev/tty");
  private static final String OWN_SCREEN = "\u001b[?1049h\u001b[?25l";
  private static final String BACK = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String ERASE_LINE = "\u001b[K";
  private static final String ERASE_BELOW = "\u001b[J";
  private static final int ESCAPE = 27;
  private static final int ROWS = 24;
  private static final int COLUMNS = 80;

  private final PrintStream out;
  private final String saved;
  private final Thread onExit;
  private final BlockingQueue<String> keys = new LinkedBlockingQueue<>(64);
  private boolean closed;

  private RawTerminal(PrintStream out, String saved) {
    this.out = out;
    this.saved = saved;
    this.onExit = new Thread(this::restore, "terminal");
  }

  /** Takes over the terminal of this process. */
  static RawTerminal open(PrintStream out) throws IOException, InterruptedException {
    String saved = stty("-g").strip();
    stty("-icanon", "-echo", "min", "1");
    RawTerminal terminal = new RawTerminal(out, saved);
    Runtime.getRuntime().addShutdownHook(terminal.onExit);
    out.print(OWN_SCREEN);
    out.flush();
    Thread.ofPlatform().daemon().name("keys").start(terminal::read);
    return terminal;
  }

  private static String stty(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectInput(TERMINAL).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("stty: " + said.strip());
    }
    return said;
  }

  /** Rows and columns, asked for each time: a window may change. */
  int[] size() throws IOException, InterruptedException {
    String[] size = stty("size").strip().split(" ", -1);
    try {
      int rows = Integer.parseInt(size[0]);
      int columns = size.length > 1 ? Integer.parseInt(size[1]) : COLUMNS;
      return new int[] {rows > 0 ? rows : ROWS, columns > 0 ? columns : COLUMNS};
    } catch (NumberFormatException e) {
      return new int[] {ROWS, COLUMNS};
    }
  }

  /** Shows lines in place of all that is there; longer ones are cut. */
  void draw(List<String> lines, int columns) {
    StringBuilder screen = new StringBuilder(HOME);
    for (int i = 0; i < lines.size(); i++) {
      screen.append(i == 0 ? "" : "\r\n").append(cut(lines.get(i), columns)).append(ERASE_LINE);
    }
    out.print(screen.append(ERASE_BELOW));
    out.flush();
  }

  /** The first columns of a line; what colours it takes no room. */
  static String cut(String line, int columns) {
    StringBuilder cut = new StringBuilder();
    int width = 0;
    boolean colour = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      colour |= c == ESCAPE;
      if (colour || width < columns) {
        cut.append(c);
        width += colour ? 0 : 1;
      }
      colour &= c != 'm';
    }
    return cut.toString();
  }

  /** The next key; null when none is pressed in this time. */
  @Nullable String key(long millis) throws InterruptedException {
    return keys.poll(Math.max(1, millis), TimeUnit.MILLISECONDS);
  }

  private void read() {
    InputStream in = System.in;
    try {
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (!keys.offer(name(c, in))) {
          keys.clear(); // somebody leans on the keyboard
        }
      }
      keys.add("q"); // nobody is there any more
    } catch (IOException e) {
      keys.add("q");
    }
  }

  /** An arrow is three characters at once; escape alone is followed by nothing. */
  private static String name(int first, InputStream in) throws IOException {
    if (first == '\n' || first == '\r') {
      return "enter";
    }
    if (first == 0x7f || first == '\b') {
      return "escape";
    }
    if (first != ESCAPE) {
      return String.valueOf((char) first);
    }
    if (in.available() < 2) {
      return "escape";
    }
    in.read();
    return switch (in.read()) {
      case 'A' -> "up";
      case 'B' -> "down";
      case 'C' -> "right";
      case 'D' -> "left";
      default -> "unknown";
    };
  }

  private void restore() {
    out.print(BACK);
    out.flush();
    try {
      stty(saved);
    } catch (IOException e) {
      out.println("howdah: the terminal could not be put back; type: stty sane");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Runtime.getRuntime().removeShutdownHook(onExit);
      restore();
    }
  }
}
