package dev.howdah.cli.cluster;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments of the wall clock, as people write and read them. */
public final class Times {

  private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final Pattern LATER = Pattern.compile("\\+([0-9]{1,6})(s|m|min|h)");
  private static final Pattern LENGTH = Pattern.compile("([0-9]{1,9})(ms|s|m|min|h)?");

  private Times() {}

  /** In the time zone of this machine. */
  public static String local(long epochMillis) {
    return ZonedDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneId.systemDefault())
        .format(SHOWN);
  }

  /** With the offset, for scripts. */
  public static String iso(long epochMillis) {
    return Instant.ofEpochMilli(epochMillis).toString();
  }

  /**
   * Reads {@code 03:30} (the next time it is that late), {@code 2026-11-23T03:30}, the same with an
   * offset, or {@code +30m}.
   *
   * @return empty if it is none of them
   */
  public static Optional<Instant> moment(String text, ZonedDateTime now) {
    Matcher later = LATER.matcher(text);
    if (later.matches()) {
      return Optional.of(
          now.toInstant().plus(duration(Long.parseLong(later.group(1)), later.group(2))));
    }
    try {
      if (text.length() <= 8) {
        ZonedDateTime today = now.with(LocalTime.parse(text));
        return Optional.of((today.isAfter(now) ? today : today.plusDays(1)).toInstant());
      }
      return Optional.of(
          text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > 7
              ? OffsetDateTime.parse(text).toInstant()
              : LocalDateTime.parse(text).atZone(now.getZone()).toInstant());
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /** Reads {@code 5s}, {@code 500ms}, {@code 2min}; a bare number is seconds. */
  public static Optional<Duration> length(String text) {
    Matcher matcher = LENGTH.matcher(text);
    return matcher.matches()
        ? Optional.of(
            duration(
                Long.parseLong(matcher.group(1)),
                matcher.group(2) == null ? "s" : matcher.group(2)))
        : Optional.empty();
  }

  private static Duration duration(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m", "min" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }
}
