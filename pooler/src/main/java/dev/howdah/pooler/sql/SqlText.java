package dev.howdah.pooler.sql;

import dev.howdah.wire.field.WireText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What names and literals mean, from the bytes of their tokens. */
final class SqlText {
  private static final int NAME_BYTES_MAX = 63;

  private SqlText() {}

  /** Whether an unquoted word stands at a place, in any case. */
  static boolean isWordAt(byte[] text, int at, int to, String word) {
    int end = at + word.length();
    if (end > to || (end < to && SqlScanner.continuesWord(text[end]))) {
      return false;
    }
    return NameTable.matches(word.getBytes(StandardCharsets.US_ASCII), text, at, end, true);
  }

  /** The name that a word token stands for. */
  static String name(byte[] text, SqlToken kind, int start, int end) {
    String name =
        switch (kind) {
          case QUOTED_WORD -> WireText.decode(undoubled(text, start + 1, end, '"'));
          case UNICODE_WORD -> {
            int after = Quotes.afterIdentifier(text, start + 3, end);
            byte[] body = undoubled(text, start + 3, after, '"');
            yield withoutUnicodeEscapes(WireText.decode(body), escape(text, after, end));
          }
          default -> WireText.decode(folded(text, start, end));
        };
    return end - start > NAME_BYTES_MAX ? clipped(name) : name;
  }

  /** The value of a string token; of any other token, its text. */
  static String value(byte[] text, SqlToken kind, int start, int end) {
    return switch (kind) {
      case STRING -> WireText.decode(literal(text, start, end, false));
      case ESCAPE_STRING -> WireText.decode(literal(text, start, end, true));
      case UNICODE_STRING -> {
        int after = Quotes.afterString(text, start + 3, end);
        byte[] body = literal(text, start, after, false);
        yield withoutUnicodeEscapes(WireText.decode(body), escape(text, after, end));
      }
      case DOLLAR_STRING -> {
        int tag = Quotes.dollarTagLength(text, start, end);
        yield WireText.decode(Arrays.copyOfRange(text, start + tag, end - tag));
      }
      case WORD, QUOTED_WORD, UNICODE_WORD -> name(text, kind, start, end);
      default -> WireText.decode(Arrays.copyOfRange(text, start, end));
    };
  }

  /** The bytes of an unquoted name in lower case; PostgreSQL leaves what is beyond ASCII alone. */
  private static byte[] folded(byte[] text, int start, int end) {
    byte[] folded = Arrays.copyOfRange(text, start, end);
    for (int i = 0; i < folded.length; i++) {
      if (folded[i] >= 'A' && folded[i] <= 'Z') {
        folded[i] |= 0x20;
      }
    }
    return folded;
  }

  /** What stands from {@code from} to a quote that is not doubled. */
  private static byte[] undoubled(byte[] text, int from, int to, char quote) {
    byte[] out = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (text[i] == quote) {
        i++;
        if (i >= to || text[i] != quote) {
          break;
        }
      }
      out[length++] = text[i];
    }
    return Arrays.copyOf(out, length);
  }

  /** The content of a string with its continuations. */
  private static byte[] literal(byte[] text, int start, int end, boolean escapes) {
    byte[] out = new byte[end - start + 4];
    int length = 0;
    int i = ByteSearch.find(text, start, end, '\'') + 1;
    while (i < end) {
      byte c = text[i];
      if (c == '\'') {
        if (i + 1 < end && text[i + 1] == '\'') {
          out[length++] = '\'';
          i += 2;
          continue;
        }
        i = Quotes.continuation(text, i + 1, end);
        if (i == Quotes.NONE) {
          break;
        }
      } else if (escapes && c == '\\' && i + 1 < end) {
        Escape escape = Escape.at(text, i + 1, end);
        for (byte b : escape.meaning()) {
          out[length++] = b;
        }
        i = escape.end();
      } else {
        out[length++] = c;
        i++;
      }
    }
    return Arrays.copyOf(out, length);
  }

  private static char escape(byte[] text, int afterQuote, int end) {
    return afterQuote < end ? (char) text[end - 2] : '\\';
  }

  /** Resolves {@code \}hhhh and {@code \}+hhhhhh; what is neither stays, PostgreSQL refuses it. */
  private static String withoutUnicodeEscapes(String body, char escape) {
    StringBuilder out = new StringBuilder(body.length());
    int i = 0;
    while (i < body.length()) {
      char c = body.charAt(i);
      boolean six = c == escape && i + 1 < body.length() && body.charAt(i + 1) == '+';
      int digits = i + (six ? 2 : 1);
      int code = c == escape ? Escape.hex(body, digits, six ? 6 : 4) : -1;
      if (code >= 0 && code <= Character.MAX_CODE_POINT) {
        out.appendCodePoint(code);
        i = digits + (six ? 6 : 4);
      } else {
        out.append(c);
        i += c == escape && i + 1 < body.length() && body.charAt(i + 1) == escape ? 2 : 1;
      }
    }
    return out.toString();
  }

  /** At most 63 bytes of a name, in whole characters. */
  private static String clipped(String name) {
    int bytes = 0;
    int i = 0;
    while (i < name.length()) {
      int code = name.codePointAt(i);
      boolean single = code < 0x80 || (Character.isSurrogate(name.charAt(i)) && code < 0x10000);
      bytes += single ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (bytes > NAME_BYTES_MAX) {
        return name.substring(0, i);
      }
      i += Character.charCount(code);
    }
    return name;
  }
}
