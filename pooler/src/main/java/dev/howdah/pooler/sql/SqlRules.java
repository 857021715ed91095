package dev.howdah.pooler.sql;

import java.util.Locale;
import java.util.Set;

/**
 * How the session that sends a text wants it read: its {@code standard_conforming_strings} and its
 * {@code client_encoding}.
 */
public enum SqlRules {
  /** {@code standard_conforming_strings = on}, as everywhere by default. */
  STANDARD(true, false),

  /** {@code standard_conforming_strings = off}: a backslash escapes in every string. */
  BACKSLASHES(false, false),

  /** As {@link #STANDARD}, in an encoding that {@link #of} calls unsafe. */
  STANDARD_UNSAFE_ENCODING(true, true),

  /** As {@link #BACKSLASHES}, in an encoding that {@link #of} calls unsafe. */
  BACKSLASHES_UNSAFE_ENCODING(false, true);

  private static final Set<String> UNSAFE =
      Set.of(
          "sjis",
          "shiftjis",
          "mskanji",
          "win932",
          "windows932",
          "shiftjis2004",
          "sjis2004",
          "big5",
          "win950",
          "windows950",
          "gbk",
          "win936",
          "windows936",
          "uhc",
          "win949",
          "windows949",
          "gb18030",
          "johab");

  private final boolean standardStrings;
  private final boolean unsafeEncoding;

  SqlRules(boolean standardStrings, boolean unsafeEncoding) {
    this.standardStrings = standardStrings;
    this.unsafeEncoding = unsafeEncoding;
  }

  /**
   * The rules for a session. Unsafe are the encodings that PostgreSQL allows for clients only
   * (docs: "Character Set Support"), because a byte of a character in them may look like a quote or
   * a backslash.
   *
   * @param standardConformingStrings whether a backslash is an ordinary character in {@code '...'}
   * @param clientEncoding by any name that PostgreSQL knows, in any case
   */
  public static SqlRules of(boolean standardConformingStrings, String clientEncoding) {
    boolean unsafe =
        UNSAFE.contains(clientEncoding.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""));
    if (unsafe) {
      return standardConformingStrings ? STANDARD_UNSAFE_ENCODING : BACKSLASHES_UNSAFE_ENCODING;
    }
    return standardConformingStrings ? STANDARD : BACKSLASHES;
  }

  /** Whether a backslash is an ordinary character in {@code '...'}. */
  public boolean standardStrings() {
    return standardStrings;
  }

  /** Whether a text with bytes beyond ASCII cannot be read. */
  public boolean unsafeEncoding() {
    return unsafeEncoding;
  }
}
