package dev.howdah.pooler.sql;

/** Why a text cannot be read. */
public enum Unreadable {
  /** A string without its end. PostgreSQL refuses the whole text and runs none of it. */
  UNTERMINATED_STRING(true),

  /** A comment without its end. PostgreSQL refuses the whole text. */
  UNTERMINATED_COMMENT(true),

  /** A quoted identifier without its end. PostgreSQL refuses the whole text. */
  UNTERMINATED_IDENTIFIER(true),

  /** {@code U&'...'} without standard_conforming_strings. PostgreSQL refuses the whole text. */
  UNICODE_STRING(true),

  /** Bytes beyond ASCII in an encoding where they may hide a quote. PostgreSQL may well run it. */
  UNSAFE_ENCODING(false),

  /** More statements than we keep facts about. PostgreSQL may well run them. */
  TOO_MANY_STATEMENTS(false);

  private final boolean refused;

  Unreadable(boolean refused) {
    this.refused = refused;
  }

  /**
   * Whether PostgreSQL is sure to refuse the text as a whole, provided that it reads it by the
   * rules we used.
   */
  public boolean isRefused() {
    return refused;
  }
}
