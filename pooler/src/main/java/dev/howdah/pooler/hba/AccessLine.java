package dev.howdah.pooler.hba;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A line of an access file, cut into columns.
 *
 * @param number of its first physical line, from 1
 * @param text the line without continuation marks
 * @param fields at least one; each with at least one item, those of {@code @file} filled in
 */
record AccessLine(Path file, int number, String text, List<List<Token>> fields) {

  private static final int SHOWN_CHARS_MAX = 120;

  /** The line for a message. Options are left out, because some hold passwords. */
  String shown() {
    return shown(text);
  }

  static String shown(String text) {
    String plain = text.strip();
    int option = plain.indexOf('=');
    if (option >= 0) {
      int end = option;
      while (end > 0 && !Character.isWhitespace(plain.charAt(end - 1))) {
        end--;
      }
      plain = plain.substring(0, end) + "...";
    }
    return plain.length() <= SHOWN_CHARS_MAX ? plain : plain.substring(0, SHOWN_CHARS_MAX) + "...";
  }

  /** A column as text, its items between commas. */
  static String joined(List<Token> field) {
    return field.stream().map(Token::text).collect(Collectors.joining(","));
  }
}
