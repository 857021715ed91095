package dev.howdah.pooler.sql;

import java.nio.charset.StandardCharsets;

/**
 * A backslash escape in a string (docs: "String Constants With C-Style Escapes").
 *
 * @param meaning the bytes it stands for
 * @param end after it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Escape(byte[] meaning, int end) {

  /** The escape whose backslash stands before {@code at}. */
  static Escape at(byte[] text, int at, int end) {
    byte c = text[at];
    return switch (c) {
      case 'b' -> one('\b', at + 1);
      case 'f' -> one('\f', at + 1);
      case 'n' -> one('\n', at + 1);
      case 'r' -> one('\r', at + 1);
      case 't' -> one('\t', at + 1);
      case 'v' -> one(0x0B, at + 1);
      case 'x' -> hexByte(text, at, end);
      case 'u' -> unicode(text, at, 4, end);
      case 'U' -> unicode(text, at, 8, end);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(text, at, end);
      default -> one(c, at + 1);
    };
  }

  /** The number that {@code count} hexadecimal digits make; -1 if there are not that many. */
  static int hex(CharSequence text, int from, int count) {
    if (from + count > text.length()) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < from + count; i++) {
      int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  private static Escape one(int value, int end) {
    return new Escape(new byte[] {(byte) value}, end);
  }

  private static Escape octal(byte[] text, int at, int end) {
    int value = 0;
    int i = at;
    while (i < end && i < at + 3 && text[i] >= '0' && text[i] <= '7') {
      value = value * 8 + (text[i++] - '0');
    }
    return one(value, i);
  }

  private static Escape hexByte(byte[] text, int at, int end) {
    int value = 0;
    int i = at + 1;
    while (i < end && i < at + 3 && Character.digit(text[i], 16) >= 0) {
      value = value * 16 + Character.digit(text[i++], 16);
    }
    return i == at + 1 ? one('x', i) : one(value, i);
  }

  private static Escape unicode(byte[] text, int at, int digits, int end) {
    int last = Math.min(end, at + 1 + digits);
    String written = new String(text, at + 1, last - at - 1, StandardCharsets.ISO_8859_1);
    int code = hex(written, 0, digits);
    if (code < 0 || code > Character.MAX_CODE_POINT) {
      return one(text[at], at + 1);
    }
    return new Escape(Character.toString(code).getBytes(StandardCharsets.UTF_8), last);
  }
}
