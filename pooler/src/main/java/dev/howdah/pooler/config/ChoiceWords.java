package dev.howdah.pooler.config;

import java.util.Locale;

/** How enum constants are written in the file: lower case, dashes for underscores. */
final class ChoiceWords {

  private ChoiceWords() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The constant for {@code word}, in any case, as PgBouncer reads choices. */
  static <E extends Enum<E>> E parse(Class<E> type, String word) {
    String wanted = word.replace('_', '-');
    for (E constant : type.getEnumConstants()) {
      if (of(constant).equalsIgnoreCase(wanted)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("no such choice: " + word);
  }
}
