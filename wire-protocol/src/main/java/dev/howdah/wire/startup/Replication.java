package dev.howdah.wire.startup;

import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.SqlState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the start-up parameter {@code replication} asks for. */
public enum Replication {
  /** An ordinary session. */
  OFF,
  /** Physical replication; the session belongs to no database. */
  PHYSICAL,
  /** Logical replication within the database, {@code replication=database}. */
  LOGICAL;

  /**
   * Reads the parameter as PostgreSQL does: {@code database}, or a boolean in any of the spellings
   * and abbreviations of its settings.
   *
   * @throws dev.howdah.wire.error.PoolerException 22023, FATAL, if it is neither
   */
  static Replication parse(@Nullable String value) {
    if (value == null) {
      return OFF;
    }
    if (value.equals("database")) {
      return LOGICAL;
    }
    String word = value.toLowerCase(Locale.ROOT);
    if (word.equals("1") || word.equals("on") || abbreviates(word, "true", "yes")) {
      return PHYSICAL;
    }
    if (word.equals("0") || abbreviates(word, "false", "no", "off")) {
      return OFF;
    }
    throw ErrorFields.fatal(
            SqlState.INVALID_PARAMETER_VALUE,
            "invalid value for parameter \"replication\": \"" + value + "\"")
        .withHint("Valid values are: \"false\", 0, \"true\", 1, \"database\".")
        .asException();
  }

  private static boolean abbreviates(String word, String... fullWords) {
    if (word.isEmpty() || word.equals("o")) { // "o" could be on or off
      return false;
    }
    for (String fullWord : fullWords) {
      if (fullWord.startsWith(word)) {
        return true;
      }
    }
    return false;
  }
}
