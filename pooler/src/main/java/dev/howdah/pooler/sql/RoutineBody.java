package dev.howdah.pooler.sql;

import org.jspecify.annotations.Nullable;

/**
 * Knows whether a semicolon stands in the body of {@code CREATE FUNCTION ... BEGIN ATOMIC ... END}
 * and so ends no statement. The END of a body is the one behind a semicolon (or behind ATOMIC), and
 * no CASE ends there, so nothing needs counting but nested bodies.
 */
final class RoutineBody {
  private enum Head {
    CREATE,
    OR,
    REPLACE,
    ROUTINE,
    NONE
  }

  private Head head = Head.NONE;
  private int open;
  private boolean begin;
  private boolean behindSeparator;

  /** Begins a statement. */
  void beginStatement(boolean create) {
    head = create ? Head.CREATE : Head.NONE;
    open = 0;
    begin = false;
    behindSeparator = false;
  }

  /** Whether a semicolon would be part of a body. */
  boolean isOpen() {
    return open > 0;
  }

  /** Whether tokens of this statement matter at all. */
  boolean isWatching() {
    return head != Head.NONE;
  }

  /** The next token of the statement, after CREATE. */
  void token(SqlToken kind, byte[] text, SqlScanner scanner) {
    Word word = kind == SqlToken.WORD ? Word.at(text, scanner.start(), scanner.end()) : null;
    if (head != Head.ROUTINE) {
      head = headAfter(word);
      return;
    }
    if (scanner.depth() > 0) {
      behindSeparator = false;
    } else if (word == Word.ATOMIC && begin) {
      open++;
      behindSeparator = true;
    } else if (word == Word.END && behindSeparator) {
      open = Math.max(0, open - 1);
      behindSeparator = false;
    } else {
      behindSeparator = kind == SqlToken.SEMICOLON;
    }
    begin = word == Word.BEGIN;
  }

  private Head headAfter(@Nullable Word word) {
    boolean routine = word == Word.FUNCTION || word == Word.PROCEDURE;
    return switch (head) {
      case CREATE -> word == Word.OR ? Head.OR : routine ? Head.ROUTINE : Head.NONE;
      case OR -> word == Word.REPLACE ? Head.REPLACE : Head.NONE;
      case REPLACE -> routine ? Head.ROUTINE : Head.NONE;
      case ROUTINE, NONE -> head;
    };
  }
}
