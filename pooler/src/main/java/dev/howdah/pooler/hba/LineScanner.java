package dev.howdah.pooler.hba;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a line into columns as PostgreSQL does: blanks separate columns, commas separate items of a
 * column (blanks may follow a comma), {@code #} begins a comment, double quotes protect all of
 * these, and a doubled quote inside quotes is one.
 */
final class LineScanner {

  private final String line;
  private int at;

  LineScanner(String line) {
    this.line = line;
  }

  /**
   * The next column.
   *
   * @return empty when the line is over
   * @throws IllegalArgumentException if a quote is not closed
   */
  List<Token> nextField() {
    List<Token> items = new ArrayList<>();
    boolean more = true;
    while (more) {
      while (at < line.length() && (isBlank(line.charAt(at)) || line.charAt(at) == ',')) {
        at++;
      }
      if (at >= line.length() || line.charAt(at) == '#') {
        at = line.length();
        break;
      }
      items.add(nextToken());
      more = at < line.length() && line.charAt(at) == ',';
    }
    return items;
  }

  private Token nextToken() {
    StringBuilder text = new StringBuilder();
    boolean quoted = line.charAt(at) == '"';
    boolean inQuotes = false;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (!inQuotes && (isBlank(c) || c == ',' || c == '#')) {
        break;
      }
      at++;
      if (c != '"') {
        text.append(c);
      } else if (inQuotes && at < line.length() && line.charAt(at) == '"') {
        text.append(c);
        at++;
      } else {
        inQuotes = !inQuotes;
      }
    }
    if (inQuotes) {
      throw new IllegalArgumentException("a quote is not closed; a quote inside is written twice");
    }
    return new Token(text.toString(), quoted);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }
}
