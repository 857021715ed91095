package dev.howdah.cli.output;

import java.time.Duration;
import java.util.Locale;

/** Numbers with units, short enough for one line. */
public final class Quantities {

  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB"};

  private Quantities() {}

  /** Bytes with PostgreSQL's units, where 1 kB is 1024 bytes: {@code 12 kB}, {@code 1.5 MB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    boolean whole = unit == 0 || value >= 10;
    return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", value, BYTE_UNITS[unit]);
  }

  /** A wait: {@code 0.8 ms}, {@code 23 ms}, {@code 1.2 s}. */
  public static String wait(Duration wait) {
    double millis = wait.toNanos() / 1e6;
    if (millis >= 1000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
    return String.format(Locale.ROOT, millis >= 10 ? "%.0f ms" : "%.1f ms", millis);
  }

  /** A time of any length in two units at most: {@code 0 ms}, {@code 1.2 s}, {@code 3 min 5 s}. */
  public static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 60) {
      return time.isZero() ? "0 ms" : wait(time);
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    if (seconds < 86_400) {
      return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
    return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
  }

  /** A count with thin groups: {@code 12,345}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
