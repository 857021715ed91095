package dev.howdah.pooler.config;

import java.util.List;
import java.util.Map;

/**
 * One key of the file: what it may hold and whether it works.
 *
 * @param section where it stands
 * @param name its name
 * @param kind what its value is
 * @param defaultValue the text that has the same effect as leaving the key out; empty for "not set"
 * @param support whether it works
 * @param range the numbers it takes; only for numeric kinds
 * @param words the values it takes, for {@link Kind#CHOICE}; for {@link Support#REFUSED} the values
 *     besides the default at which the key changes nothing, so that they are accepted
 * @param refusedWords values that PgBouncer takes and this version does not, with the reason
 * @param reason why it is refused or without effect, and what to do; empty when it works
 * @param needsRestart whether a changed value takes effect at the next start only
 */
public record ConfigKey(
    Section section,
    String name,
    Kind kind,
    String defaultValue,
    Support support,
    Range range,
    List<String> words,
    Map<String, String> refusedWords,
    String reason,
    boolean needsRestart) {

  /** What a value is. */
  public enum Kind {
    /** Any text. */
    TEXT,
    /** A text never shown in messages. */
    SECRET,
    /** A file or directory, relative to the working directory as in PgBouncer. */
    FILE,
    /** Items between commas. */
    LIST,
    /** One of {@link ConfigKey#words()}, in any case. */
    CHOICE,
    /** 1 or 0. */
    FLAG,
    /** A whole number. */
    INTEGER,
    /** A duration; a bare number counts seconds. */
    SECONDS,
    /** A duration; a bare number counts milliseconds. */
    MILLISECONDS,
    /** A size; a bare number counts bytes. */
    BYTES
  }

  /** Whether a key works. */
  public enum Support {
    /** It does what PgBouncer's documentation says. */
    WORKS,
    /** Read and checked, but it changes nothing here; anything but the default is a warning. */
    WITHOUT_EFFECT,
    /** Anything but the default is an error. */
    REFUSED
  }

  /** The numbers a key takes, both ends included; durations in seconds. */
  public record Range(long min, long max) {

    static final Range NOT_NEGATIVE = new Range(0, Integer.MAX_VALUE);

    void check(long number) {
      if (number < min) {
        throw new IllegalArgumentException("is too small; at least " + min);
      }
      if (number > max) {
        throw new IllegalArgumentException("is too large; at most " + max);
      }
    }
  }

  static ConfigKey works(Section section, String name, Kind kind, String defaultValue) {
    return new ConfigKey(
        section,
        name,
        kind,
        defaultValue,
        Support.WORKS,
        Range.NOT_NEGATIVE,
        List.of(),
        Map.of(),
        "",
        false);
  }

  ConfigKey between(long min, long max) {
    return new ConfigKey(
        section,
        name,
        kind,
        defaultValue,
        support,
        new Range(min, max),
        words,
        refusedWords,
        reason,
        needsRestart);
  }

  ConfigKey words(String... accepted) {
    return new ConfigKey(
        section,
        name,
        kind,
        defaultValue,
        support,
        range,
        List.of(accepted),
        refusedWords,
        reason,
        needsRestart);
  }

  ConfigKey refusing(Map<String, String> wordsWithReasons) {
    return new ConfigKey(
        section,
        name,
        kind,
        defaultValue,
        support,
        range,
        words,
        wordsWithReasons,
        reason,
        needsRestart);
  }

  ConfigKey withoutEffect(String why) {
    return new ConfigKey(
        section,
        name,
        kind,
        defaultValue,
        Support.WITHOUT_EFFECT,
        range,
        words,
        refusedWords,
        why,
        needsRestart);
  }

  ConfigKey refused(String why) {
    return new ConfigKey(
        section,
        name,
        kind,
        defaultValue,
        Support.REFUSED,
        range,
        words,
        refusedWords,
        why,
        needsRestart);
  }

  /** The same key, whose value is read at start only. */
  ConfigKey atStart() {
    return new ConfigKey(
        section, name, kind, defaultValue, support, range, words, refusedWords, reason, true);
  }

  /** Whether a reload, or SET on the console, may change it while the pooler runs. */
  public boolean isChangeable() {
    return !needsRestart && support != Support.REFUSED;
  }

  /** Whether {@code value} means the same as leaving the key out. */
  boolean isDefault(String value) {
    if (value.equalsIgnoreCase(defaultValue)) {
      return true;
    }
    try {
      return switch (kind) {
        case FLAG -> Values.flag(value) == Values.flag(defaultValue);
        case INTEGER -> Values.integer(value) == Values.integer(defaultValue);
        case SECONDS -> Values.duration(value, "s").equals(Values.duration(defaultValue, "s"));
        case MILLISECONDS ->
            Values.duration(value, "ms").equals(Values.duration(defaultValue, "ms"));
        case BYTES -> Values.bytes(value) == Values.bytes(defaultValue);
        case TEXT, SECRET, FILE, LIST, CHOICE -> false;
      };
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether {@code value} of a refused key changes nothing. */
  boolean isHarmless(String value) {
    return isDefault(value) || words.stream().anyMatch(value::equalsIgnoreCase);
  }

  /** Throws {@link IllegalArgumentException} when {@code value} is not of this kind at all. */
  void checkForm(String value) {
    switch (kind) {
      case FLAG -> Values.flag(value);
      case INTEGER -> range.check(Values.integer(value));
      case SECONDS -> Values.duration(value, "s");
      case MILLISECONDS -> Values.duration(value, "ms");
      case BYTES -> range.check(Values.bytes(value));
      case FILE -> Values.path(value);
      case TEXT, SECRET, LIST, CHOICE -> {}
    }
  }
}
