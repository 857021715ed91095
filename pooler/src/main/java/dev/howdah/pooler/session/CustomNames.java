package dev.howdah.pooler.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Finds what may be names of custom settings in a text, such as {@code my.x}: in the body of a DO
 * block, quoted or not, or handed to a procedure. PostgreSQL lists all other settings, but not
 * these.
 */
final class CustomNames {
  private static final int FOUND_MAX = 256;

  private CustomNames() {}

  /**
   * Adds every word that looks like such a name; most are columns of tables, and do no harm.
   *
   * @return false when there are so many that some were left out
   */
  static boolean addTo(Traces traces, ByteBuf in, int from, int to) {
    int found = 0;
    int at = from;
    while (at < to) {
      int dot = in.indexOf(at, to, (byte) '.');
      if (dot < 0) {
        return true;
      }
      int start = dot;
      while (start > at && isOfName(in.getByte(start - 1))) {
        start--;
      }
      int end = dot;
      while (end < to && isOfName(in.getByte(end))) {
        end++;
      }
      at = Math.max(end, dot + 1);
      if (isName(in, start, end)) {
        if (found++ == FOUND_MAX) {
          return false;
        }
        String name = in.toString(start, end - start, StandardCharsets.US_ASCII);
        traces.addSetting(name.toLowerCase(Locale.ROOT));
      }
    }
    return true;
  }

  /** Whether each part between the dots begins as a name does (docs: "Customized Options"). */
  private static boolean isName(ByteBuf in, int start, int end) {
    boolean begins = true;
    for (int i = start; i < end; i++) {
      byte b = in.getByte(i);
      if (begins && (b == '.' || b == '$' || isDigit(b))) {
        return false;
      }
      begins = b == '.';
    }
    return !begins;
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
