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

  /** Adds every string literal that looks like such a name. */
  static void addTo(Traces traces, ByteBuf in, int from, int to) {
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
