package dev.howdah.pooler.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Splits the {@code key=value} pairs of a {@code [databases]} or {@code [users]} entry, as
 * PgBouncer does: blanks separate, blanks around the equals sign are allowed, a value may stand in
 * single quotes with a doubled one meaning one, and no value is empty. What PgBouncer swallows
 * silently (the character behind a closing quote) is an error here.
 */
final class ConnectString {

  record Pair(String key, String value) {}

  private final String text;
  private final Set<String> switches;
  private int at;

  private ConnectString(String text, Set<String> switches) {
    this.text = text;
    this.switches = switches;
  }

  /**
   * @throws IllegalArgumentException saying what is wrong, without repeating any value
   */
  static List<Pair> split(String text) {
    return split(text, Set.of());
  }

  /**
   * As {@link #split(String)}, with words that may stand without a value, which is 1 then.
   *
   * @throws IllegalArgumentException as there
   */
  static List<Pair> split(String text, Set<String> switches) {
    ConnectString scan = new ConnectString(text, switches);
    List<Pair> pairs = new ArrayList<>();
    scan.skipBlanks();
    while (!scan.atEnd()) {
      scan.switchWord()
          .ifPresentOrElse(
              pairs::add,
              () -> {
                String key = scan.key();
                pairs.add(new Pair(key, scan.value(key)));
              });
      scan.skipBlanks();
    }
    return pairs;
  }

  private Optional<Pair> switchWord() {
    int start = at;
    while (!atEnd() && !blank() && text.charAt(at) != '=') {
      at++;
    }
    String word = text.substring(start, at);
    skipBlanks();
    if (switches.contains(word) && (atEnd() || text.charAt(at) != '=')) {
      return Optional.of(new Pair(word, "1"));
    }
    at = start;
    return Optional.empty();
  }

  private String key() {
    int start = at;
    while (!atEnd() && !blank() && text.charAt(at) != '=') {
      at++;
    }
    String key = text.substring(start, at);
    skipBlanks();
    if (atEnd() || text.charAt(at) != '=' || key.isEmpty()) {
      throw new IllegalArgumentException(
          "is no list of key=value pairs from character "
              + (start + 1)
              + " on; separate them by blanks and put values that hold blanks in single quotes");
    }
    at++;
    return key;
  }

  private String value(String key) {
    skipBlanks();
    String value;
    if (!atEnd() && text.charAt(at) == '\'') {
      value = quoted(key);
    } else {
      int start = at;
      while (!atEnd() && !blank()) {
        at++;
      }
      value = text.substring(start, at);
    }
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "has no value for " + name(key) + "; write one or leave the key out");
    }
    return value;
  }

  private String quoted(String key) {
    StringBuilder value = new StringBuilder();
    at++;
    while (true) {
      if (atEnd()) {
        throw new IllegalArgumentException(
            "lacks the closing quote of " + name(key) + "; a quote inside is written twice");
      }
      char next = text.charAt(at++);
      if (next == '\'') {
        if (atEnd() || text.charAt(at) != '\'') {
          break;
        }
        at++;
      }
      value.append(next);
    }
    if (!atEnd() && !blank()) {
      throw new IllegalArgumentException(
          "goes on behind the closing quote of "
              + name(key)
              + "; put a blank there, or write a quote inside twice");
    }
    return value.toString();
  }

  /** A key for a message; text that is no plain name may be a piece of a secret. */
  private static String name(String key) {
    return key.matches("[a-z_]{1,32}") ? key : "a key";
  }

  private void skipBlanks() {
    while (!atEnd() && blank()) {
      at++;
    }
  }

  private boolean blank() {
    return text.charAt(at) == ' ' || text.charAt(at) == '\t';
  }

  private boolean atEnd() {
    return at >= text.length();
  }
}
