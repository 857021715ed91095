package dev.howdah.pooler.sql;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads {@code /* howdah: target=replica *}{@code /} in front of the first statement. */
final class Hints {
  private static final String MARK = "howdah:";
  private static final int BYTES_MAX = 1024;

  private Hints() {}

  /** The hints in the comments that a text begins with. */
  static Map<String, String> read(byte[] text, int from, int to) {
    int at = from;
    while (at < to && Quotes.isSpace(text[at])) {
      at++;
    }
    if (at + 1 >= to || (text[at] != '/' && text[at] != '-')) {
      return Map.of(); // the usual case
    }
    Map<String, String> hints = new HashMap<>();
    while (at + 1 < to) {
      if (Quotes.isSpace(text[at])) {
        at++;
      } else if (text[at] == '-' && text[at + 1] == '-') {
        at = Quotes.endOfLine(text, at + 2, to);
      } else if (text[at] == '/' && text[at + 1] == '*') {
        int end = Quotes.afterComment(text, at + 2, to);
        if (end == Quotes.NONE) {
          break;
        }
        readComment(text, at + 2, end - 2, hints);
        at = end;
      } else {
        break;
      }
    }
    return hints;
  }

  private static void readComment(byte[] text, int from, int to, Map<String, String> hints) {
    if (to - from > BYTES_MAX) {
      return;
    }
    String comment = new String(text, from, to - from, StandardCharsets.UTF_8).strip();
    if (!comment.regionMatches(true, 0, MARK, 0, MARK.length())) {
      return;
    }
    for (String hint : comment.substring(MARK.length()).split("[\\s,;]+", -1)) {
      int equals = hint.indexOf('=');
      if (equals > 0) {
        hints.put(hint.substring(0, equals).toLowerCase(Locale.ROOT), hint.substring(equals + 1));
      }
    }
  }
}
