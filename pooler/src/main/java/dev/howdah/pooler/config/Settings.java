package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The keys given in one section or one connection string, read as typed values. A value that cannot
 * be read is reported once and its default returned, so that reading goes on and finds the rest.
 */
final class Settings {

  private record Given(Path file, int line, String shownKey, String raw, String value) {}

  private final Section section;
  private final String scope;
  private final Findings findings;
  private final Substitution substitution;
  private final Map<String, Given> given = new HashMap<>();

  /**
   * @param scope the database or user whose connection string this is; empty for a whole section
   */
  Settings(Section section, String scope, Findings findings, Substitution substitution) {
    this.section = section;
    this.scope = scope;
    this.findings = findings;
    this.substitution = substitution;
  }

  /**
   * The same values, to be changed; what is wrong with them from now on goes to {@code findings}.
   */
  Settings(Settings other, Findings findings, Substitution substitution) {
    this(other.section, other.scope, findings, substitution);
    given.putAll(other.given);
  }

  /** Forgets what was given for a key. */
  void forget(String name) {
    given.remove(name);
  }

  /**
   * Takes the value of a key from settings read earlier.
   *
   * @return whether that changed anything
   */
  boolean keep(String name, Settings earlier) {
    String wanted = textOf(name);
    Given before = earlier.given.get(name);
    if (before == null) {
      given.remove(name);
    } else {
      given.put(name, before);
    }
    boolean bothDefault = key(name).isDefault(wanted) && key(name).isDefault(textOf(name));
    return !bothDefault && !wanted.equals(textOf(name));
  }

  /** The value as it is, or the default, without a look at whether it can be read. */
  String textOf(String name) {
    Given value = given.get(name);
    return value == null ? key(name).defaultValue() : value.value();
  }

  /** To be called before a file that a value names is read. */
  void reading(Path file) {
    findings.reading(file);
  }

  /** Takes in one {@code key = value}, checking that the key exists, works and can be expanded. */
  void put(Path file, int line, String name, String raw) {
    String shownKey = scope.isEmpty() ? name : scope + ": " + name;
    Optional<ConfigKey> found = KeyCatalogue.find(section, name);
    if (found.isEmpty()) {
      findings.problem(
          file,
          line,
          shownKey,
          shownUnknown(name, raw),
          "there is no such key in " + section + "; " + KeyCatalogue.adviceOn(section, name));
      return;
    }
    ConfigKey key = found.get();
    String value;
    try {
      value = substitution.expand(raw);
    } catch (IllegalArgumentException e) {
      findings.problem(file, line, shownKey, shown(key, raw), String.valueOf(e.getMessage()));
      return;
    }
    if (key.support() == ConfigKey.Support.REFUSED && !key.isHarmless(value)) {
      findings.problem(file, line, shownKey, shown(key, raw), "is not supported: " + key.reason());
      return;
    }
    if (key.support() == ConfigKey.Support.WITHOUT_EFFECT && !key.isDefault(value)) {
      try {
        key.checkForm(value);
      } catch (IllegalArgumentException e) {
        findings.problem(file, line, shownKey, shown(key, raw), String.valueOf(e.getMessage()));
        return;
      }
      findings.warning(file, line, shownKey + " has no effect: " + key.reason());
    }
    String canonical = KeyCatalogue.canonicalName(section, name);
    Given before = given.put(canonical, new Given(file, line, shownKey, raw, value));
    if (before != null && !before.value().equals(value)) {
      findings.warning(
          file, line, shownKey + " is set again and replaces the value of line " + before.line());
    }
  }

  boolean isGiven(String name) {
    return given.containsKey(name);
  }

  /** Reports a problem with a value that was given, or with the whole file when it was not. */
  void problem(String name, Path file, int line, String message) {
    Given value = given.get(name);
    if (value == null) {
      String what = scope.isEmpty() ? name : scope;
      findings.problem(file, line, what + ": " + message);
    } else {
      report(key(name), value, message);
    }
  }

  String text(String name) {
    return read(name, value -> value);
  }

  Optional<String> optionalText(String name) {
    String value = text(name);
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  Optional<Path> optionalPath(String name) {
    return read(
        name, value -> value.isEmpty() ? Optional.empty() : Optional.of(Values.path(value)));
  }

  List<String> list(String name) {
    return read(name, Values::list);
  }

  boolean flag(String name) {
    return read(name, Values::flag);
  }

  int integer(String name) {
    return read(name, value -> integer(key(name), value));
  }

  /** Empty when not given, or given as -1, PgBouncer's "not set". */
  OptionalInt optionalInteger(String name) {
    return read(
        name,
        value ->
            value.isEmpty() || value.equals("-1")
                ? OptionalInt.empty()
                : OptionalInt.of(integer(key(name), value)));
  }

  /** As {@link #optionalInteger}, but 0 is "not set" too: PgBouncer's rule for limits. */
  OptionalInt optionalLimit(String name) {
    OptionalInt limit = optionalInteger(name);
    return limit.isPresent() && limit.getAsInt() == 0 ? OptionalInt.empty() : limit;
  }

  long bytes(String name) {
    ConfigKey key = key(name);
    return read(
        name,
        value -> {
          long bytes = Values.bytes(value);
          key.range().check(bytes);
          return bytes;
        });
  }

  HttpConfig address(String name) {
    return read(name, HttpConfig::parse);
  }

  Duration duration(String name) {
    return read(name, value -> duration(key(name), value));
  }

  /** A duration that socket options take, in whole seconds. */
  Duration wholeSeconds(String name) {
    return read(
        name,
        value -> {
          Duration duration = duration(key(name), value);
          if (!duration.equals(duration.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException("has a fraction; write whole seconds");
          }
          return duration;
        });
  }

  /** Empty when not given, or given as -1, PgBouncer's "not set". */
  Optional<Duration> optionalDuration(String name) {
    return read(
        name,
        value ->
            value.isEmpty() || value.equals("-1")
                ? Optional.empty()
                : Optional.of(duration(key(name), value)));
  }

  /** As {@link #optionalDuration}, but 0 is "not set" too: PgBouncer's rule for most timeouts. */
  Optional<Duration> optionalPositiveDuration(String name) {
    return optionalDuration(name).filter(duration -> !duration.isZero());
  }

  <E extends Enum<E>> E choice(String name, Class<E> type) {
    return read(name, value -> choice(key(name), type, value));
  }

  <E extends Enum<E>> Optional<E> optionalChoice(String name, Class<E> type) {
    return read(
        name,
        value -> value.isEmpty() ? Optional.empty() : Optional.of(choice(key(name), type, value)));
  }

  private static <E extends Enum<E>> E choice(ConfigKey key, Class<E> type, String value) {
    String word = value.toLowerCase(Locale.ROOT);
    String reason = key.refusedWords().get(word);
    if (reason != null) {
      throw new IllegalArgumentException("is not supported: " + reason);
    }
    if (!key.words().contains(word)) {
      throw new IllegalArgumentException(
          "is unknown; write one of " + String.join(", ", key.words()));
    }
    return ChoiceWords.parse(type, word);
  }

  private int integer(ConfigKey key, String value) {
    long number = section == Section.PGBOUNCER ? Values.integer(value) : Values.decimal(value);
    key.range().check(number);
    return (int) number;
  }

  private static Duration duration(ConfigKey key, String value) {
    boolean millis = key.kind() == ConfigKey.Kind.MILLISECONDS;
    Duration duration = Values.duration(value, millis ? "ms" : "s");
    key.range().check(millis ? duration.toMillis() : duration.toSeconds());
    return duration;
  }

  /** Reads a value by a rule of the caller's, which throws {@link IllegalArgumentException}. */
  <T> T read(String name, Reader<T> reader) {
    ConfigKey key = key(name);
    Given value = given.get(name);
    if (value != null) {
      try {
        return reader.read(value.value());
      } catch (IllegalArgumentException e) {
        report(key, value, String.valueOf(e.getMessage()));
      }
    }
    return reader.read(key.defaultValue());
  }

  /** Makes a value of a text. */
  interface Reader<T> {
    T read(String value);
  }

  private void report(ConfigKey key, Given value, String message) {
    findings.problem(
        value.file(), value.line(), value.shownKey(), shown(key, value.raw()), message);
  }

  private ConfigKey key(String name) {
    return KeyCatalogue.find(section, name)
        .orElseThrow(() -> new IllegalStateException("not in the catalogue: " + name));
  }

  private static String shown(ConfigKey key, String raw) {
    return key.kind() == ConfigKey.Kind.SECRET ? ConfigProblem.MASKED : raw;
  }

  /** A misspelt key may be a misspelt password, and connection strings are where those stand. */
  private String shownUnknown(String name, String raw) {
    boolean looksSecret = name.toLowerCase(Locale.ROOT).matches(".*(pas|pw|secret|token|key).*");
    return looksSecret || section != Section.PGBOUNCER ? ConfigProblem.MASKED : raw;
  }
}
