package dev.howdah.cli.output;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One column of a {@link Listing}: what its values are called in JSON and YAML, and how people see
 * them. Immutable.
 *
 * @param key in JSON and YAML; scripts rely on it, so it never changes, and carries its unit
 * @param heading above the column in a table
 * @param kind how a value is written for people
 * @param tone which colour a value has
 * @param shown whether people see it; scripts always do
 */
public record Column(
    String key, String heading, Kind kind, Function<Object, Tone> tone, boolean shown) {

  /** How a value is written for people; for scripts it stays what it is. */
  public enum Kind {
    /** As it is, at the left. */
    TEXT,
    /** A number with groups, at the right. */
    COUNT,
    /** Bytes with a unit. */
    BYTES,
    /** Milliseconds, with a unit that fits. */
    MILLIS,
    /** Microseconds, with a unit that fits. */
    MICROS,
    /** true and false, as yes and no. */
    FLAG
  }

  /** Texts, or anything that says it all in its {@code toString}. */
  public static Column text(String key) {
    return of(key, key, Kind.TEXT);
  }

  /** Numbers of things. */
  public static Column count(String key) {
    return of(key, key, Kind.COUNT);
  }

  /** Sizes in bytes; the heading leaves out {@code _bytes}. */
  public static Column bytes(String key) {
    return of(key, without(key, "_bytes"), Kind.BYTES);
  }

  /** Times in milliseconds; the heading leaves out {@code _ms}. */
  public static Column millis(String key) {
    return of(key, without(key, "_ms"), Kind.MILLIS);
  }

  /** Times in microseconds; the heading leaves out {@code _us}. */
  public static Column micros(String key) {
    return of(key, without(key, "_us"), Kind.MICROS);
  }

  /** What is so or is not. */
  public static Column flag(String key) {
    return of(key, key, Kind.FLAG);
  }

  private static Column of(String key, String name, Kind kind) {
    return new Column(
        key, name.replace('_', ' ').toUpperCase(Locale.ROOT), kind, _ -> Tone.PLAIN, true);
  }

  private static String without(String key, String unit) {
    return key.endsWith(unit) ? key.substring(0, key.length() - unit.length()) : key;
  }

  /** The same under another heading. */
  public Column headed(String other) {
    return new Column(key, other, kind, tone, shown);
  }

  /** The same with colours; {@code chosen} is not asked about null. */
  public Column toned(Function<Object, Tone> chosen) {
    return new Column(key, heading, kind, chosen, shown);
  }

  /** The same for scripts only: one more column would be too much on a screen. */
  public Column forScripts() {
    return new Column(key, heading, kind, tone, false);
  }

  boolean isRight() {
    return kind != Kind.TEXT && kind != Kind.FLAG;
  }

  /** The value for people; null is a dash. */
  String show(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case Boolean truth -> truth ? "yes" : "no";
      case Number number when kind != Kind.TEXT -> measured(number);
      default -> plain(value.toString());
    };
  }

  private String measured(Number number) {
    return switch (kind) {
      case BYTES -> Quantities.bytes(number.longValue());
      case MILLIS -> Quantities.time(Duration.ofMillis(number.longValue()));
      case MICROS -> Quantities.time(Duration.ofNanos(number.longValue() * 1000));
      case COUNT, TEXT, FLAG ->
          number instanceof Double || number instanceof Float
              ? String.format(Locale.ROOT, "%,.1f", number.doubleValue())
              : Quantities.count(number.longValue());
    };
  }

  /** What comes from servers and clients may not move the cursor of a terminal. */
  private static String plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return text.replaceAll("\\p{Cntrl}", "?");
      }
    }
    return text;
  }
}
