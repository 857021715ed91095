package dev.howdah.pooler.sql;

/** Where numbers end (docs: "Numeric Constants"). */
final class Numbers {
  private Numbers() {}

  /** After the number that begins at {@code from}, with a digit or with a point and a digit. */
  static int after(byte[] text, int from, int to) {
    int i = from;
    if (text[i] == '0') {
      int after = afterPrefixed(text, from, to);
      if (after > from) {
        return after;
      }
    }
    i = afterDigits(text, i, to);
    if (i < to && text[i] == '.' && (i + 1 == to || text[i + 1] != '.')) {
      i = afterDigits(text, i + 1, to);
    }
    if (i + 1 < to && (text[i] | 0x20) == 'e') {
      int exponent = text[i + 1] == '+' || text[i + 1] == '-' ? i + 2 : i + 1;
      if (exponent < to && isDigit(text[exponent])) {
        i = afterDigits(text, exponent, to);
      }
    }
    return i;
  }

  /** After decimal digits, and underscores with a digit behind them. */
  private static int afterDigits(byte[] text, int from, int to) {
    int i = from;
    while (i < to) {
      if (!isDigit(text[i])) {
        if (text[i] != '_' || i + 1 == to || !isDigit(text[i + 1])) {
          break;
        }
        i++;
      }
      i++;
    }
    return i;
  }

  /** After a number such as {@code 0x1F}; {@code from} when there is none. */
  private static int afterPrefixed(byte[] text, int from, int to) {
    if (from + 2 >= to) {
      return from;
    }
    int base =
        switch (text[from + 1] | 0x20) {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 0;
        };
    if (base == 0) {
      return from;
    }
    int i = from + 2;
    int after = from;
    while (i < to) {
      if (text[i] == '_') {
        i++;
      }
      if (i == to || Character.digit(text[i], base) < 0) {
        break;
      }
      after = ++i;
    }
    return after;
  }

  /** Whether it is a decimal digit. */
  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
