package dev.howdah.pooler.sql;

/** The kinds of tokens that {@link SqlScanner} tells apart. */
public enum SqlToken {
  /** The end of the text, or the place from which it cannot be read. */
  END,
  /** A keyword or an unquoted identifier. */
  WORD,
  /** {@code "..."}. */
  QUOTED_WORD,
  /** {@code U&"..."}, with its UESCAPE clause. */
  UNICODE_WORD,
  /** {@code '...'} or {@code N'...'} in which a backslash is an ordinary character. */
  STRING,
  /** {@code E'...'}, and with standard_conforming_strings off every {@code '...'}. */
  ESCAPE_STRING,
  /** {@code U&'...'}, with its UESCAPE clause. */
  UNICODE_STRING,
  /** {@code $tag$...$tag$}. */
  DOLLAR_STRING,
  /** {@code B'...'} and {@code X'...'}. */
  BIT_STRING,
  /** A number without sign. */
  NUMBER,
  /** {@code $1}. */
  PARAMETER,
  /** One or more operator characters. */
  OPERATOR,
  /** {@code ::}. */
  CAST,
  COMMA,
  DOT,
  SEMICOLON,
  /** {@code (}. */
  OPEN,
  /** {@code )}. */
  CLOSE,
  /** Any other character: brackets, a colon, and what PostgreSQL refuses. */
  OTHER;

  /** Whether the token may be a name. */
  boolean isWord() {
    return this == WORD || this == QUOTED_WORD || this == UNICODE_WORD;
  }

  /** Whether the token is a string literal. */
  boolean isString() {
    return this == STRING
        || this == ESCAPE_STRING
        || this == UNICODE_STRING
        || this == DOLLAR_STRING;
  }
}
