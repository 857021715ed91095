package dev.howdah.pooler.sql;

import org.jspecify.annotations.Nullable;

/**
 * Finds the tokens of a SQL text as PostgreSQL does ({@code src/backend/parser/scan.l}, versions 14
 * to 18), without copying or judging them: what PostgreSQL refuses as "trailing junk" is two tokens
 * here, as it was before version 15. White space and comments are skipped.
 *
 * <p>Linear in the length of the text, whatever it holds, and without allocation. Never throws; a
 * text that has no end to one of its quotes ends early, and {@link #problem} says why. Reusable,
 * one thread at a time. Keeps a reference to the text until the next {@link #reset}.
 */
public final class SqlScanner {
  private static final byte OTHER = 0;
  private static final byte SPACE = 1;
  private static final byte LETTER = 2;
  private static final byte PREFIX = 3;
  private static final byte DIGIT = 4;
  private static final byte QUOTE = 5;
  private static final byte DOUBLE_QUOTE = 6;
  private static final byte DOLLAR = 7;
  private static final byte OPERATOR = 8;
  private static final byte COMMA = 9;

  private static final byte[] NOTHING = new byte[0];
  private static final byte[] CLASSES = classes();
  private static final boolean[] CONTINUES_WORD = continuesWord();
  private static final boolean[] KEEPS_SIGN = keepsSign();

  private byte[] text = NOTHING;
  private int limit;
  private boolean standardStrings = true;
  private int at;
  private SqlToken kind = SqlToken.END;
  private int start;
  private int end;
  private int depth;
  private int signsUntil;
  private @Nullable Unreadable problem;

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int c = 0; c < 256; c++) {
      classes[c] = c >= 0x80 || isAsciiLetter(c) || c == '_' ? LETTER : OTHER;
    }
    fill(classes, "beunxBEUNX", PREFIX);
    fill(classes, "0123456789", DIGIT);
    fill(classes, " \t\n\u000B\f\r", SPACE);
    fill(classes, "~!@#^&|`?+-*/%<>=", OPERATOR);
    fill(classes, "'", QUOTE);
    fill(classes, "\"", DOUBLE_QUOTE);
    fill(classes, "$", DOLLAR);
    fill(classes, ",", COMMA);
    return classes;
  }

  private static void fill(byte[] classes, String characters, byte value) {
    for (int i = 0; i < characters.length(); i++) {
      classes[characters.charAt(i)] = value;
    }
  }

  private static boolean[] continuesWord() {
    boolean[] continues = new boolean[256];
    for (int c = 0; c < 256; c++) {
      continues[c] = c >= 0x80 || isAsciiLetter(c) || Numbers.isDigit(c) || c == '_' || c == '$';
    }
    return continues;
  }

  /** With one of these in it, an operator may end in a sign. */
  private static boolean[] keepsSign() {
    boolean[] keeps = new boolean[256];
    for (char c : "~!@#^&|`?%".toCharArray()) {
      keeps[c] = true;
    }
    return keeps;
  }

  /**
   * Begins a text.
   *
   * @param text the bytes, which must not change while they are scanned; without the zero byte that
   *     ends a string of the protocol
   */
  public void reset(byte[] text, int offset, int length, SqlRules rules) {
    restart(text, offset, offset + length, rules.standardStrings());
    if (rules.unsafeEncoding() && ByteSearch.hasHighBytes(text, offset, offset + length)) {
      fail(Unreadable.UNSAFE_ENCODING);
    }
  }

  /** Begins a part of a text whose encoding is known to be safe. */
  void restart(byte[] part, int from, int to, boolean standard) {
    text = part;
    at = from;
    limit = to;
    standardStrings = standard;
    kind = SqlToken.END;
    start = from;
    end = from;
    depth = 0;
    signsUntil = from;
    problem = null;
  }

  /** Forgets the text. */
  void release() {
    restart(NOTHING, 0, 0, true);
  }

  /** Moves to the next token and returns its kind; at the end, stays there. */
  public SqlToken next() {
    byte[] bytes = text;
    int to = limit;
    int i = at;
    while (i < to) {
      switch (CLASSES[bytes[i] & 0xFF]) {
        case SPACE -> i++;
        case LETTER -> {
          return word(i);
        }
        case PREFIX -> {
          return prefixed(i);
        }
        case DIGIT -> {
          return token(SqlToken.NUMBER, i, Numbers.after(bytes, i, to));
        }
        case QUOTE -> {
          return string(i, i + 1, standardStrings);
        }
        case DOUBLE_QUOTE -> {
          return quotedWord(SqlToken.QUOTED_WORD, i, i + 1);
        }
        case DOLLAR -> {
          return dollar(i);
        }
        case COMMA -> {
          return token(SqlToken.COMMA, i, i + 1);
        }
        case OPERATOR -> {
          if (!startsComment(i)) {
            return operator(i);
          }
          i = afterComment(i);
          if (i == Quotes.NONE) {
            return fail(Unreadable.UNTERMINATED_COMMENT);
          }
        }
        default -> {
          return punctuation(bytes[i], i);
        }
      }
    }
    return token(SqlToken.END, to, to);
  }

  private SqlToken punctuation(byte c, int i) {
    return switch (c) {
      case '.' ->
          i + 1 < limit && Numbers.isDigit(text[i + 1])
              ? token(SqlToken.NUMBER, i, Numbers.after(text, i, limit))
              : token(SqlToken.DOT, i, i + 1);
      case ';' -> token(SqlToken.SEMICOLON, i, i + 1);
      case '(' -> {
        depth++;
        yield token(SqlToken.OPEN, i, i + 1);
      }
      case ')' -> {
        depth = Math.max(0, depth - 1);
        yield token(SqlToken.CLOSE, i, i + 1);
      }
      case ':' ->
          i + 1 < limit && text[i + 1] == ':'
              ? token(SqlToken.CAST, i, i + 2)
              : token(SqlToken.OTHER, i, i + 1);
      default -> token(SqlToken.OTHER, i, i + 1);
    };
  }

  /** The kind of the current token. */
  public SqlToken kind() {
    return kind;
  }

  /** Where the current token begins in the array given to {@link #reset}. */
  public int start() {
    return start;
  }

  /** Where the current token ends in the array given to {@link #reset}. */
  public int end() {
    return end;
  }

  /** How many parentheses are open after the current token. */
  public int depth() {
    return depth;
  }

  /** Why the text ended early; null when it did not. */
  public @Nullable Unreadable problem() {
    return problem;
  }

  /** Whether the current token is this one operator character. */
  boolean isOperator(char character) {
    return kind == SqlToken.OPERATOR && end - start == 1 && text[start] == character;
  }

  /** Whether a byte may stand in an unquoted identifier after its first one. */
  static boolean continuesWord(byte c) {
    return CONTINUES_WORD[c & 0xFF];
  }

  private SqlToken token(SqlToken newKind, int from, int to) {
    kind = newKind;
    start = from;
    end = to;
    at = to;
    return newKind;
  }

  private SqlToken fail(Unreadable why) {
    problem = why;
    return token(SqlToken.END, limit, limit);
  }

  private SqlToken word(int from) {
    byte[] bytes = text;
    int to = limit;
    int i = from + 1;
    while (i < to && CONTINUES_WORD[bytes[i] & 0xFF]) {
      i++;
    }
    return token(SqlToken.WORD, from, i);
  }

  /** A word, or a string with one of the letters in front that change its meaning. */
  private SqlToken prefixed(int from) {
    if (from + 1 < limit) {
      int letter = text[from] | 0x20;
      byte next = text[from + 1];
      if (next == '\'') {
        return switch (letter) {
          case 'e' -> string(from, from + 2, false);
          case 'n' -> string(from, from + 2, standardStrings);
          case 'b', 'x' ->
              end(
                  SqlToken.BIT_STRING,
                  from,
                  Quotes.afterBitString(text, from + 2, limit),
                  Unreadable.UNTERMINATED_STRING);
          default -> word(from);
        };
      } else if (letter == 'u' && next == '&' && from + 2 < limit) {
        if (text[from + 2] == '"') {
          return withUescape(quotedWord(SqlToken.UNICODE_WORD, from, from + 3));
        } else if (text[from + 2] == '\'') {
          return standardStrings
              ? withUescape(
                  end(
                      SqlToken.UNICODE_STRING,
                      from,
                      Quotes.afterString(text, from + 3, limit),
                      Unreadable.UNTERMINATED_STRING))
              : fail(Unreadable.UNICODE_STRING);
        }
      }
    }
    return word(from);
  }

  private SqlToken string(int from, int body, boolean standard) {
    return standard
        ? end(
            SqlToken.STRING,
            from,
            Quotes.afterString(text, body, limit),
            Unreadable.UNTERMINATED_STRING)
        : end(
            SqlToken.ESCAPE_STRING,
            from,
            Quotes.afterEscapeString(text, body, limit),
            Unreadable.UNTERMINATED_STRING);
  }

  private SqlToken quotedWord(SqlToken newKind, int from, int body) {
    return end(
        newKind,
        from,
        Quotes.afterIdentifier(text, body, limit),
        Unreadable.UNTERMINATED_IDENTIFIER);
  }

  private SqlToken end(SqlToken newKind, int from, int to, Unreadable otherwise) {
    return to == Quotes.NONE ? fail(otherwise) : token(newKind, from, to);
  }

  /** Takes {@code UESCAPE '!'} into the token it belongs to. */
  private SqlToken withUescape(SqlToken unicode) {
    if (unicode != SqlToken.END) {
      int clause = Quotes.afterBlanks(text, end, limit);
      if (clause != Quotes.NONE && SqlText.isWordAt(text, clause, limit, "uescape")) {
        int character = Quotes.afterBlanks(text, clause + "uescape".length(), limit);
        if (character != Quotes.NONE
            && character + 2 < limit
            && text[character] == '\''
            && text[character + 2] == '\'') {
          return token(unicode, start, character + 3);
        }
      }
    }
    return unicode;
  }

  private SqlToken dollar(int from) {
    int i = from + 1;
    if (i < limit && Numbers.isDigit(text[i])) {
      while (i < limit && Numbers.isDigit(text[i])) {
        i++;
      }
      return token(SqlToken.PARAMETER, from, i);
    }
    int tagLength = Quotes.dollarTagLength(text, from, limit);
    return tagLength == 0
        ? token(SqlToken.OTHER, from, from + 1)
        : end(
            SqlToken.DOLLAR_STRING,
            from,
            Quotes.afterDollarString(text, from, tagLength, limit),
            Unreadable.UNTERMINATED_STRING);
  }

  private boolean startsComment(int i) {
    if (i + 1 >= limit) {
      return false;
    }
    byte next = text[i + 1];
    return text[i] == '-' ? next == '-' : text[i] == '/' && next == '*';
  }

  private int afterComment(int i) {
    return text[i] == '-'
        ? Quotes.endOfLine(text, i + 2, limit)
        : Quotes.afterComment(text, i + 2, limit);
  }

  /**
   * The longest run of operator characters without a comment in it. SQL wants {@code =-1} read as
   * two tokens: signs at the end do not count unless there is a character that standard operators
   * do not have.
   */
  private SqlToken operator(int from) {
    if (from < signsUntil) {
      return token(SqlToken.OPERATOR, from, from + 1);
    }
    int i = from;
    int afterOther = from + 1;
    boolean keepsSign = false;
    while (i < limit && CLASSES[text[i] & 0xFF] == OPERATOR && !startsComment(i)) {
      byte c = text[i++];
      keepsSign |= KEEPS_SIGN[c & 0xFF];
      if (c != '+' && c != '-') {
        afterOther = i;
      }
    }
    if (keepsSign) {
      return token(SqlToken.OPERATOR, from, i);
    }
    signsUntil = i; // the signs that are left stand alone; not looked at again, to stay linear
    return token(SqlToken.OPERATOR, from, afterOther);
  }

  private static boolean isAsciiLetter(int c) {
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'z';
  }
}
