package dev.howdah.pooler.config;

import java.time.Duration;

/** What record constructors insist on; the loader reports the same before with file and line. */
final class Checks {

  private Checks() {}

  static void atLeast(String key, long value, long min) {
    if (value < min) {
      throw new IllegalArgumentException(key + " = " + value + ": at least " + min);
    }
  }

  static void notNegative(String key, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(key + " = " + value + ": 0 or longer");
    }
  }
}
