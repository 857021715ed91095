package dev.howdah.pooler.hba;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Turns a PostgreSQL regular expression into a Java pattern that finds the same names (docs: "POSIX
 * Regular Expressions"). Understood are literals, {@code . ^ $ |}, groups, {@code (?:...)}, a
 * leading {@code (?i)}, bracket expressions, {@code * + ? {m,n}} with or without a following {@code
 * ?}, and {@code \d \w \s \D \W \S \A \Z}; anything else is refused rather than guessed.
 */
final class RegexTranslator {

  private static final int BOUND_MAX = 255; // PostgreSQL's
  private static final String IGNORE_CASE = "(?i)";
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("alnum", "\\p{Alnum}"),
          Map.entry("alpha", "\\p{Alpha}"),
          Map.entry("blank", "\\p{Blank}"),
          Map.entry("cntrl", "\\p{Cntrl}"),
          Map.entry("digit", "\\p{Digit}"),
          Map.entry("graph", "\\p{Graph}"),
          Map.entry("lower", "\\p{Lower}"),
          Map.entry("print", "\\p{Print}"),
          Map.entry("punct", "\\p{Punct}"),
          Map.entry("space", "\\s"),
          Map.entry("upper", "\\p{Upper}"),
          Map.entry("xdigit", "\\p{XDigit}"));

  private final String source;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int openGroups;
  private boolean repeatable;

  private RegexTranslator(String source) {
    this.source = source;
  }

  static Pattern translate(String source) {
    if (source.isEmpty()) {
      throw new IllegalArgumentException(
          "is an empty regular expression; write all if every name is meant");
    }
    int flags = Pattern.DOTALL;
    RegexTranslator translator = new RegexTranslator(source);
    if (source.startsWith(IGNORE_CASE)) {
      flags |= Pattern.CASE_INSENSITIVE;
      translator.at = IGNORE_CASE.length();
    }
    translator.run();
    try {
      return Pattern.compile(translator.out.toString(), flags);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("is no regular expression: " + e.getDescription(), e);
    }
  }

  private void run() {
    while (at < source.length()) {
      int c = source.codePointAt(at);
      at += Character.charCount(c);
      switch (c) {
        case '(' -> openGroup();
        case ')' -> closeGroup();
        case '|', '^' -> emit((char) c + "", false);
        case '$' -> emit("\\z", false); // Java's $ would overlook a line feed at the end
        case '.' -> emit(".", true);
        case '*', '+', '?' -> repeat((char) c + "");
        case '{' -> brace();
        case '[' -> emit(bracket(), true);
        case '\\' -> escape();
        default -> emit(literal(c), true);
      }
    }
    if (openGroups > 0) {
      throw refuse("a parenthesis is not closed");
    }
  }

  private void emit(String java, boolean mayBeRepeated) {
    out.append(java);
    repeatable = mayBeRepeated;
  }

  private void openGroup() {
    openGroups++;
    if (source.startsWith("?:", at)) {
      at += 2;
      emit("(?:", false);
    } else if (source.startsWith("?", at)) {
      throw refuse("of what begins with (? only (?:...) and, in front, (?i) are supported");
    } else {
      emit("(", false);
    }
  }

  private void closeGroup() {
    if (--openGroups < 0) {
      throw refuse("a closing parenthesis has no opening one");
    }
    emit(")", true);
  }

  private void repeat(String quantifier) {
    if (!repeatable) {
      throw refuse(quantifier + " has nothing to repeat");
    }
    out.append(quantifier);
    if (source.startsWith("?", at)) {
      at++;
      out.append('?');
    }
    repeatable = false;
  }

  /** A bound; PostgreSQL takes a brace that no digit follows as a literal. */
  private void brace() {
    if (at >= source.length() || !isDigit(source.charAt(at))) {
      emit("\\{", true);
      return;
    }
    int end = source.indexOf('}', at);
    String bound = end < 0 ? "" : source.substring(at, end);
    if (!bound.matches("\\d{1,3}(,(\\d{1,3})?)?")) {
      throw refuse("a bound is written {m}, {m,} or {m,n}");
    }
    for (String number : bound.split(",", -1)) {
      if (!number.isEmpty() && Integer.parseInt(number) > BOUND_MAX) {
        throw refuse("a bound is at most " + BOUND_MAX);
      }
    }
    at = end + 1;
    repeat("{" + bound + "}");
  }

  private void escape() {
    if (at >= source.length()) {
      throw refuse("it ends with a backslash");
    }
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    switch (c) {
      case 'd', 'w', 's', 'D', 'W', 'S' -> emit("\\" + (char) c, true);
      case 'A' -> emit("\\A", false);
      case 'Z' -> emit("\\z", false);
      default -> emit(literalEscaped(c), true);
    }
  }

  private String literalEscaped(int c) {
    if (Character.isLetterOrDigit(c)) {
      throw refuse("the escape \\" + Character.toString(c) + " is not supported");
    }
    return literal(c);
  }

  private String bracket() {
    StringBuilder set = new StringBuilder("[");
    if (source.startsWith("^", at)) {
      at++;
      set.append('^');
    }
    boolean first = true;
    while (at < source.length()) {
      if (source.charAt(at) == ']' && !first) {
        at++;
        return set.append(']').toString();
      }
      boolean last = source.startsWith("]", at + 1);
      if (source.charAt(at) == '-' && !first && !last) {
        throw refuse("in brackets a literal dash stands first or last");
      }
      first = false;
      member(set);
    }
    throw refuse("a bracket is not closed");
  }

  /** One character, range or class between brackets. */
  private void member(StringBuilder set) {
    if (source.startsWith("[:", at)) {
      int end = source.indexOf(":]", at);
      String name = end < 0 ? "" : source.substring(at + 2, end);
      String java = CLASSES.get(name);
      if (java == null) {
        throw refuse("there is no character class [:" + name + ":]");
      }
      at = end + 2;
      set.append(java);
    } else if (source.startsWith("[.", at) || source.startsWith("[=", at)) {
      throw refuse("collating elements are not supported");
    } else if (source.startsWith("\\d", at)
        || source.startsWith("\\w", at)
        || source.startsWith("\\s", at)) {
      set.append(source, at, at + 2);
      at += 2;
    } else {
      int from = bracketCharacter();
      set.append(literal(from));
      if (source.startsWith("-", at) && !source.startsWith("-]", at)) {
        at++;
        int to = source.startsWith("[", at) ? -1 : bracketCharacter();
        if (to < from) {
          throw refuse("a range in brackets runs from a lower to a higher character");
        }
        set.append('-').append(literal(to));
      }
    }
  }

  private int bracketCharacter() {
    if (at >= source.length()) {
      throw refuse("a bracket is not closed");
    }
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    if (c != '\\') {
      return c;
    }
    if (at >= source.length()) {
      throw refuse("a bracket is not closed");
    }
    int escaped = source.codePointAt(at);
    literalEscaped(escaped);
    at += Character.charCount(escaped);
    return escaped;
  }

  private static String literal(int c) {
    boolean harmless = c >= 128 || Character.isLetterOrDigit(c);
    return (harmless ? "" : "\\") + Character.toString(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException refuse(String why) {
    return new IllegalArgumentException("is a regular expression that cannot be used: " + why);
  }
}
