package dev.howdah.pooler.sql;

/**
 * Where strings, quoted identifiers and comments end, by PostgreSQL's rules (docs: "Lexical
 * Structure"; {@code scan.l}). Every method looks at each byte a bounded number of times, and
 * answers with {@link #NONE} when there is no end.
 */
final class Quotes {
  /** There is no end. */
  static final int NONE = -1;

  private Quotes() {}

  /** After a string without escapes, with its continuations; {@code from} is after its quote. */
  static int afterString(byte[] text, int from, int to) {
    int at = from;
    while (true) {
      at = ByteSearch.find(text, at, to, '\'');
      if (at == to) {
        return NONE;
      }
      at++;
      if (at < to && text[at] == '\'') {
        at++;
        continue;
      }
      int next = continuation(text, at, to);
      if (next == NONE) {
        return at;
      }
      at = next;
    }
  }

  /** After a string with backslash escapes, with its continuations. */
  static int afterEscapeString(byte[] text, int from, int to) {
    int at = from;
    while (true) {
      at = ByteSearch.findEither(text, at, to, '\'', '\\');
      if (at >= to) {
        return NONE;
      }
      if (text[at] == '\\') {
        at = Math.min(at + 2, to);
        continue;
      }
      at++;
      if (at < to && text[at] == '\'') {
        at++;
        continue;
      }
      int next = continuation(text, at, to);
      if (next == NONE) {
        return at;
      }
      at = next;
    }
  }

  /** After a bit string, in which a doubled quote does not count as one. */
  static int afterBitString(byte[] text, int from, int to) {
    int at = from;
    while (true) {
      at = ByteSearch.find(text, at, to, '\'');
      if (at == to) {
        return NONE;
      }
      int next = continuation(text, at + 1, to);
      if (next == NONE) {
        return at + 1;
      }
      at = next;
    }
  }

  /**
   * String literals with nothing but white space and a line break between them are one: where the
   * next part begins, after its quote.
   */
  static int continuation(byte[] text, int from, int to) {
    boolean lineBreak = false;
    int at = from;
    while (at < to) {
      byte c = text[at];
      if (c == '\'') {
        return lineBreak ? at + 1 : NONE;
      } else if (c == '\n' || c == '\r') {
        lineBreak = true;
        at++;
      } else if (isSpace(c)) {
        at++;
      } else if (c == '-' && at + 1 < to && text[at + 1] == '-') {
        at = endOfLine(text, at + 2, to);
      } else {
        return NONE;
      }
    }
    return NONE;
  }

  /** After a quoted identifier; {@code from} is after its quote. */
  static int afterIdentifier(byte[] text, int from, int to) {
    int at = from;
    while (true) {
      at = ByteSearch.find(text, at, to, '"');
      if (at == to) {
        return NONE;
      }
      at++;
      if (at == to || text[at] != '"') {
        return at;
      }
      at++;
    }
  }

  /** How many bytes the {@code $tag$} at {@code at} has; 0 when it is none. */
  static int dollarTagLength(byte[] text, int at, int to) {
    int end = at + 1;
    while (end < to && text[end] != '$' && SqlScanner.continuesWord(text[end])) {
      end++;
    }
    boolean digitFirst = end > at + 1 && text[at + 1] >= '0' && text[at + 1] <= '9';
    return end < to && text[end] == '$' && !digitFirst ? end + 1 - at : 0;
  }

  /** After a dollar-quoted string whose opening tag stands at {@code at}. */
  static int afterDollarString(byte[] text, int at, int tagLength, int to) {
    int from = at + tagLength;
    while (true) {
      int candidate = ByteSearch.find(text, from, to, '$');
      if (candidate + tagLength > to) {
        return NONE;
      }
      int matched = 1;
      while (matched < tagLength && text[candidate + matched] == text[at + matched]) {
        matched++;
      }
      if (matched == tagLength) {
        return candidate + tagLength;
      }
      from = candidate + matched; // no dollar sign among what matched after the first
    }
  }

  /** After a comment with those nested in it; {@code from} is after its opening. */
  static int afterComment(byte[] text, int from, int to) {
    int depth = 1;
    int at = from;
    while (true) {
      at = ByteSearch.findEither(text, at, to, '*', '/');
      if (at + 1 >= to) {
        return NONE;
      }
      byte next = text[at + 1];
      if (text[at] == '*' && next == '/') {
        at += 2;
        if (--depth == 0) {
          return at;
        }
      } else if (text[at] == '/' && next == '*') {
        depth++;
        at += 2;
      } else {
        at++;
      }
    }
  }

  /** The line break that ends a line, or the end of the text. */
  static int endOfLine(byte[] text, int from, int to) {
    return ByteSearch.findEither(text, from, to, '\n', '\r');
  }

  /** After white space and comments; {@link #NONE} for a comment without end. */
  static int afterBlanks(byte[] text, int from, int to) {
    int at = from;
    while (at < to) {
      byte c = text[at];
      if (isSpace(c)) {
        at++;
      } else if (c == '-' && at + 1 < to && text[at + 1] == '-') {
        at = endOfLine(text, at + 2, to);
      } else if (c == '/' && at + 1 < to && text[at + 1] == '*') {
        at = afterComment(text, at + 2, to);
        if (at == NONE) {
          return NONE;
        }
      } else {
        return at;
      }
    }
    return at;
  }

  /** PostgreSQL's white space; the vertical tab since version 16, before it was refused. */
  static boolean isSpace(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
