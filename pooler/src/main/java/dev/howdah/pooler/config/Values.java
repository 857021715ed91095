package dev.howdah.pooler.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads single values. Each method throws {@link IllegalArgumentException} whose message says what
 * is wrong and what would be right.
 *
 * <p>Numbers follow PgBouncer: times in seconds with fractions, integers with C prefixes (0777 is
 * octal, 0x10 is hexadecimal), switches 0 and 1. Units and words for switches are additions.
 */
final class Values {

  /** Long enough for any timeout, short enough that nanoseconds fit into a long. */
  static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Pattern QUANTITY =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{0,18})?|\\.\\d{1,18})\\s*([A-Za-z]*)");
  private static final Map<String, Long> NANOS_PER_UNIT =
      Map.of(
          "us", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "min", 60_000_000_000L,
          "h", 3_600_000_000_000L,
          "d", 86_400_000_000_000L);
  private static final Map<String, Long> BYTES_PER_UNIT =
      Map.of("", 1L, "B", 1L, "kB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);

  private Values() {}

  /** An integer with C's prefixes. */
  static long integer(String text) {
    Matcher parts = Pattern.compile("([+-]?)(0[xX](?=[0-9a-fA-F])|0(?=[0-7]))?(.+)").matcher(text);
    if (parts.matches()) {
      String prefix = parts.group(2);
      int radix = prefix == null ? 10 : prefix.length() == 2 ? 16 : 8;
      String digits = parts.group(3);
      if (Character.digit(digits.charAt(0), radix) >= 0) {
        try {
          return Long.parseLong(parts.group(1) + digits, radix);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("is not a whole number", e);
        }
      }
    }
    throw new IllegalArgumentException("is not a whole number");
  }

  /** An integer without prefixes, as PgBouncer reads it in connection strings. */
  static long decimal(String text) {
    if (!text.matches("[+-]?\\d{1,18}")) {
      throw new IllegalArgumentException("is not a whole number");
    }
    return Long.parseLong(text);
  }

  static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "on", "yes", "true" -> true;
      case "0", "off", "no", "false" -> false;
      default -> {
        try {
          yield integer(text) != 0;
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("is neither on nor off; write 1 or 0", e);
        }
      }
    };
  }

  /**
   * A duration.
   *
   * @param unit what a bare number counts: {@code s} or {@code ms}
   */
  static Duration duration(String text, String unit) {
    Matcher parts = QUANTITY.matcher(text);
    Long nanosPerUnit = null;
    if (parts.matches()) {
      String suffix = parts.group(2);
      nanosPerUnit = NANOS_PER_UNIT.get(suffix.isEmpty() ? unit : suffix);
    }
    if (nanosPerUnit == null) {
      throw new IllegalArgumentException(
          "is not a duration; write a number in "
              + (unit.equals("ms") ? "milliseconds" : "seconds")
              + ", or with one of the units us, ms, s, min, h, d");
    }
    BigDecimal number = new BigDecimal(parts.group(1));
    BigDecimal nanos =
        number.multiply(BigDecimal.valueOf(nanosPerUnit)).setScale(0, RoundingMode.DOWN);
    if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) {
      throw new IllegalArgumentException("is too long; at most " + LONGEST.toDays() + "d");
    }
    if (number.signum() > 0 && nanos.longValueExact() < 1_000) {
      throw new IllegalArgumentException("is too short; 0, or at least 1us");
    }
    return Duration.ofNanos(nanos.longValueExact());
  }

  static long bytes(String text) {
    Matcher parts = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]*)").matcher(text);
    Long perUnit = parts.matches() ? BYTES_PER_UNIT.get(parts.group(2)) : null;
    if (perUnit == null) {
      throw new IllegalArgumentException(
          "is not a size; write a number of bytes, or with one of the units B, kB, MB, GB");
    }
    try {
      return Math.multiplyExact(Long.parseLong(parts.group(1)), perUnit);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("is too large", e);
    }
  }

  /** A comma-separated list; blanks around items and empty items are dropped. */
  static List<String> list(String text) {
    List<String> items = new ArrayList<>();
    int from = 0;
    while (from <= text.length()) {
      int comma = text.indexOf(',', from);
      int end = comma < 0 ? text.length() : comma;
      String item = text.substring(from, end).strip();
      if (!item.isEmpty()) {
        items.add(item);
      }
      from = end + 1;
    }
    return List.copyOf(items);
  }

  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is not a file name", e);
    }
  }
}
