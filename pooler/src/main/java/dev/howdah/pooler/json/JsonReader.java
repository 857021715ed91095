package dev.howdah.pooler.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) into what {@link JsonText} writes: maps, lists, strings, Long, Double,
 * Boolean and null. Strict: what is not JSON is an error. One use, one thread.
 */
public final class JsonReader {
  private static final int DEPTH_MAX = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * The value of a text.
   *
   * @throws IllegalArgumentException saying where it is not JSON
   */
  public static @Nullable Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw reader.wrong("more than one value");
    }
    return value;
  }

  private @Nullable Object value() {
    skipBlanks();
    if (at == text.length()) {
      throw wrong("the end");
    }
    char first = text.charAt(at);
    return switch (first) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong("no value");
    }
    at += word.length();
    return value;
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    enter();
    while (!ends('}', !object.isEmpty())) {
      skipBlanks();
      if (at == text.length() || text.charAt(at) != '"') {
        throw wrong("no name");
      }
      String name = string();
      skipBlanks();
      expect(':');
      object.put(name, value());
    }
    return object;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> array = new ArrayList<>();
    enter();
    while (!ends(']', !array.isEmpty())) {
      array.add(value());
    }
    return array;
  }

  private void enter() {
    at++;
    if (++depth > DEPTH_MAX) {
      throw wrong("too deep");
    }
  }

  /** Whether the object or array is over; if not, goes behind the comma that has to be there. */
  private boolean ends(char end, boolean hasElements) {
    skipBlanks();
    if (at < text.length() && text.charAt(at) == end) {
      at++;
      depth--;
      return true;
    }
    if (hasElements) {
      expect(',');
    }
    return false;
  }

  private void expect(char wanted) {
    if (at == text.length() || text.charAt(at) != wanted) {
      throw wrong("no " + wanted);
    }
    at++;
  }

  private Object number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    if (!number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
      at = start;
      throw wrong("no value");
    }
    if (number.matches("-?\\d{1,18}")) {
      return Long.valueOf(number);
    }
    return Double.valueOf(number);
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    at++;
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next == '"') {
        return string.toString();
      }
      if (next < ' ') {
        throw wrong("a control character");
      }
      string.append(next == '\\' ? escaped() : next);
    }
    throw wrong("no end of a string");
  }

  private char escaped() {
    if (at == text.length()) {
      throw wrong("no end of a string");
    }
    char letter = text.charAt(at++);
    return switch (letter) {
      case '"', '\\', '/' -> letter;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
          throw wrong("no four digits");
        }
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> throw wrong("an unknown escape");
    };
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("not JSON: " + what + " at character " + at);
  }
}
