package dev.howdah.pooler.admin;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * One moment on both clocks, to show monotonic times as times of day.
 *
 * @param nanos monotonic
 */
record Moment(long nanos, Instant wall) {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss z");

  static Moment now() {
    return new Moment(System.nanoTime(), Instant.now());
  }

  /** A monotonic time of the past as date and time in the system's time zone. */
  String text(long pastNanos) {
    return FORMAT.format(wall.minusNanos(nanos - pastNanos).atZone(ZoneId.systemDefault()));
  }
}
