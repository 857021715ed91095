package dev.howdah.pooler.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Finds what may be names of custom settings in a text, such as {@code 'my.x'}: in the body of a DO
 * block, or handed to a procedure. PostgreSQL lists all other settings, but not these.
 */
final class CustomNames {
  private static final int FOUND_MAX = 16;

  private CustomNames() {}

  /** Adds every string literal that looks like such a name, and every such name behind SET. */
  static void addTo(Traces traces, ByteBuf in, int from, int to) {
    addLiterals(traces, in, from, to);
    addSet(traces, in, from, to);
  }

  private static void addSet(Traces traces, ByteBuf in, int from, int to) {
    int found = 0;
    int at = from;
    while (at < to && found < FOUND_MAX) {
      int end = endOfName(in, at, to);
      if (isWord(in, at, end, "set")) {
        int start = endOfSpace(in, end, to);
        int stop = endOfName(in, start, to);
        if (isWord(in, start, stop, "session")) {
          start = endOfSpace(in, stop, to);
          stop = endOfName(in, start, to);
        }
        if (in.indexOf(start, stop, (byte) '.') >= 0) {
          String name = in.toString(start, stop - start, StandardCharsets.US_ASCII);
          traces.addSetting(name.toLowerCase(Locale.ROOT));
          found++;
        }
        end = start;
      }
      at = Math.max(end, at + 1);
    }
  }

  private static int endOfName(ByteBuf in, int at, int to) {
    int end = at;
    while (end < to && isOfName(in.getByte(end))) {
      end++;
    }
    return end;
  }

  private static int endOfSpace(ByteBuf in, int at, int to) {
    int end = at;
    while (end < to && in.getByte(end) <= ' ' && in.getByte(end) > 0) {
      end++;
    }
    return end;
  }

  private static boolean isWord(ByteBuf in, int from, int to, String word) {
    return to - from == word.length()
        && in.toString(from, to - from, StandardCharsets.US_ASCII).equalsIgnoreCase(word);
  }

  private static void addLiterals(Traces traces, ByteBuf in, int from, int to) {
    int found = 0;
    int quote = in.indexOf(from, to, (byte) '\'');
    while (quote >= 0 && found < FOUND_MAX) {
      int start = quote + 1;
      int end = start;
      int dots = 0;
      while (end < to && isOfName(in.getByte(end))) {
        dots += in.getByte(end) == '.' ? 1 : 0;
        end++;
      }
      if (dots > 0 && end < to && in.getByte(end) == '\'' && !isDigit(in.getByte(start))) {
        String name = in.toString(start, end - start, StandardCharsets.US_ASCII);
        traces.addSetting(name.toLowerCase(Locale.ROOT));
        found++;
      }
      quote = end < to ? in.indexOf(end, to, (byte) '\'') : -1;
    }
  }

  private static boolean isOfName(byte b) {
    return b == '.' || b == '_' || b == '$' || isDigit(b) || isLetter((byte) (b | 0x20));
  }

  private static boolean isLetter(byte lower) {
    return lower >= 'a' && lower <= 'z';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
