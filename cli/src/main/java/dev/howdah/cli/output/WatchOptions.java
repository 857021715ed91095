package dev.howdah.cli.output;

import java.io.IOException;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --watch}, for commands whose report changes; a mixin. */
public final class WatchOptions {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  @Option(
      names = {"-w", "--watch"},
      paramLabel = "SECONDS",
      arity = "0..1",
      fallbackValue = "2",
      description = "Go on showing it, every 2 seconds or as often as said, until Ctrl-C.")
  private @Nullable Double seconds;

  /** Makes a report. */
  @FunctionalInterface
  public interface Source {

    /** Asks whoever knows. */
    Report report() throws IOException, SQLException, InterruptedException;
  }

  /** Waits between two reports; false ends the watch. */
  @FunctionalInterface
  public interface Pause {

    /** Waits. */
    boolean await(long millis) throws InterruptedException;
  }

  /** Whether to go on. */
  public boolean isWatching() {
    return seconds != null;
  }

  /**
   * Prints one report, or goes on until Ctrl-C. While watching, a failure to ask is shown in place
   * of the report, and asked again: what is watched may be restarting.
   *
   * @param title what is watched
   */
  public void show(Printer printer, String title, Source source)
      throws IOException, SQLException, InterruptedException {
    show(
        printer,
        title,
        source,
        millis -> {
          TimeUnit.MILLISECONDS.sleep(millis);
          return true;
        });
  }

  void show(Printer printer, String title, Source source, Pause pause)
      throws IOException, SQLException, InterruptedException {
    if (seconds == null) {
      printer.print(source.report());
      return;
    }
    long millis = Math.max(100, Math.round(seconds * 1000));
    boolean first = true;
    do {
      Report report;
      try {
        report = source.report();
      } catch (IOException | SQLException e) {
        if (first) {
          throw e; // a mistake in the command line more likely than an outage
        }
        report = new Report().fact("error", String.valueOf(e.getMessage()));
      }
      first = false;
      printer.printNext(report, title + "   " + LocalTime.now(ZoneId.systemDefault()).format(TIME));
    } while (pause.await(millis));
  }
}
