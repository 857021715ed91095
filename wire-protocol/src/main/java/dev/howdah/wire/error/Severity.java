package dev.howdah.wire.error;

import org.jspecify.annotations.Nullable;

/**
 * How bad it is, as fields S and V of an error or notice say it (docs: "Error and Notice Message
 * Fields"). FATAL ends the session, ERROR only the statement; the last five appear in notices.
 */
public enum Severity {
  ERROR,
  FATAL,
  PANIC,
  WARNING,
  NOTICE,
  DEBUG,
  INFO,
  LOG;

  /** The severity spelt {@code word}, or null when it is a translation or a word we do not know. */
  public static @Nullable Severity fromWord(String word) {
    for (Severity severity : values()) {
      if (severity.name().equals(word)) {
        return severity;
      }
    }
    return null;
  }
}
