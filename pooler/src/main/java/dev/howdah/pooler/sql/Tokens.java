package dev.howdah.pooler.sql;

import dev.howdah.wire.field.WireText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One statement's tokens for a parser that looks at one token at a time. Reusable; ranges count
 * from the start of the text that the statement is a part of.
 */
final class Tokens {
  private static final byte[] NOTHING = new byte[0];

  private final SqlScanner scanner = new SqlScanner();
  private byte[] text = NOTHING;
  private int base;
  private int to;
  private boolean standardStrings;
  private SqlToken kind = SqlToken.END;
  private @Nullable Word word;
  private int previousEnd;

  /** Moves to the first token of the statement that stands in {@code from} to {@code end}. */
  void begin(byte[] newText, int textStart, int from, int end, boolean standard) {
    text = newText;
    base = textStart;
    to = end;
    standardStrings = standard;
    backTo(from);
  }

  /** Forgets the text. */
  void release() {
    text = NOTHING;
    scanner.release();
  }

  /** Where the current token begins, for {@link #backTo}. */
  int mark() {
    return scanner.start();
  }

  /** Moves back to a token. */
  void backTo(int mark) {
    scanner.restart(text, mark, to, standardStrings);
    previousEnd = mark;
    read();
  }

  /** Moves to the next token. */
  void advance() {
    previousEnd = scanner.end();
    read();
  }

  private void read() {
    kind = scanner.next();
    word = kind == SqlToken.WORD ? Word.at(text, scanner.start(), scanner.end()) : null;
  }

  /** The kind of the current token. */
  SqlToken kind() {
    return kind;
  }

  /** The current token as a known word; null when it is none. */
  @Nullable Word word() {
    return word;
  }

  /** Whether the current token is this word, unquoted. */
  boolean at(Word wanted) {
    return word == wanted;
  }

  /** Whether the current token is this operator. */
  boolean atOperator(char wanted) {
    return scanner.isOperator(wanted);
  }

  /** Whether all tokens are read. */
  boolean atEnd() {
    return kind == SqlToken.END;
  }

  /** Takes the current token if it is this word. */
  boolean accept(Word wanted) {
    if (word != wanted) {
      return false;
    }
    advance();
    return true;
  }

  /** Takes the current token if it is of this kind. */
  boolean accept(SqlToken wanted) {
    if (kind != wanted) {
      return false;
    }
    advance();
    return true;
  }

  /** How many parentheses are open after the current token. */
  int depth() {
    return scanner.depth();
  }

  /** Takes the current token as a name; null when it is not a word. */
  @Nullable SqlName name() {
    if (!kind.isWord()) {
      return null;
    }
    SqlName name =
        new SqlName(
            SqlText.name(text, kind, scanner.start(), scanner.end()),
            range(scanner.start(), scanner.end()));
    advance();
    return name;
  }

  /** The value of the current token: of a string its content, of a word its name. */
  String value() {
    return SqlText.value(text, kind, scanner.start(), scanner.end());
  }

  /** The text from {@code mark} to the end of the statement. */
  String text(int mark) {
    return WireText.decode(Arrays.copyOfRange(text, mark, to));
  }

  /** From {@code mark} to the end of the last token taken. */
  SourceRange since(int mark) {
    return range(mark, Math.max(mark, previousEnd));
  }

  /** From {@code mark} to the end of the statement. */
  SourceRange rest(int mark) {
    return range(mark, to);
  }

  private SourceRange range(int from, int end) {
    return new SourceRange(from - base, end - base);
  }
}
