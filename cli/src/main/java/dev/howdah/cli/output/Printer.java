package dev.howdah.cli.output;

import dev.howdah.cli.output.OutputOptions.Form;
import dev.howdah.pooler.json.JsonText;
import java.io.PrintWriter;
import java.util.List;

/** Prints reports in the form that was asked for. One thread. */
public final class Printer {
  private static final String HOME = "\u001b[H";
  private static final String ERASE_LINE = "\u001b[K";
  private static final String ERASE_BELOW = "\u001b[J";

  private final PrintWriter out;
  private final Terminal terminal;
  private final Form form;
  private int printed;

  /** Prints to {@code out}. */
  public Printer(PrintWriter out, Terminal terminal, Form form) {
    this.out = out;
    this.terminal = terminal;
    this.form = form;
  }

  /** Prints one report, the only one. */
  public void print(Report report) {
    switch (form) {
      case TABLE -> report.lines(terminal.colours()).forEach(out::println);
      case JSON -> out.println(JsonText.pretty(report.data()));
      case YAML -> out.print(YamlText.of(report.data()));
    }
    out.flush();
  }

  /**
   * Prints one of many: in place of the last one on a terminal, else below it. JSON is one line
   * each then, YAML one document each.
   *
   * @param title above the table on a terminal
   */
  void printNext(Report report, String title) {
    switch (form) {
      case TABLE -> {
        if (terminal.interactive()) {
          redraw(report.lines(terminal.colours()), title);
        } else {
          if (printed > 0) {
            out.println();
          }
          report.lines(false).forEach(out::println);
        }
      }
      case JSON -> out.println(JsonText.of(report.data()));
      case YAML -> out.print("---\n" + YamlText.of(report.data()));
    }
    printed++;
    out.flush();
  }

  private void redraw(List<String> lines, String title) {
    StringBuilder screen = new StringBuilder(printed == 0 ? HOME + ERASE_BELOW : HOME);
    screen.append(Tone.FAINT.paint(title, terminal.colours())).append(ERASE_LINE).append("\n");
    screen.append(ERASE_LINE).append("\n");
    for (String line : lines) {
      screen.append(line).append(ERASE_LINE).append("\n");
    }
    out.print(screen.append(ERASE_BELOW));
  }
}
