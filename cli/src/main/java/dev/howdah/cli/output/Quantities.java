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

  /** A count with thin groups: {@code 12,345}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
