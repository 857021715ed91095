package dev.howdah.pooler.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON from maps (with strings for keys, in their order), lists, strings, numbers, booleans
 * and null. Numbers that JSON does not know (NaN, infinities) become null. Safe for all threads.
 */
public final class JsonText {
  private static final String INDENT = "  ";

  private JsonText() {}

  /** The value on one line. */
  public static String of(@Nullable Object value) {
    StringBuilder out = new StringBuilder(256);
    write(out, value, null);
    return out.toString();
  }

  /** The value over several lines, two blanks deeper for each level, without a last line end. */
  public static String pretty(@Nullable Object value) {
    StringBuilder out = new StringBuilder(256);
    write(out, value, "\n");
    return out.toString();
  }

  /** A string with its quotes. */
  public static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    quote(out, text);
    return out.toString();
  }

  private static void write(StringBuilder out, @Nullable Object value, @Nullable String newLine) {
    switch (value) {
      case null -> out.append("null");
      case Double number when number.isNaN() || number.isInfinite() -> out.append("null");
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      case Map<?, ?> map -> object(out, map, newLine);
      case Iterable<?> list -> array(out, list, newLine);
      default -> quote(out, value.toString());
    }
  }

  private static void object(StringBuilder out, Map<?, ?> map, @Nullable String newLine) {
    String deeper = newLine == null ? null : newLine + INDENT;
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      separate(out, first, deeper);
      quote(out, String.valueOf(entry.getKey()));
      out.append(deeper == null ? ":" : ": ");
      write(out, entry.getValue(), deeper);
      first = false;
    }
    close(out, first, newLine).append('}');
  }

  private static void array(StringBuilder out, Iterable<?> list, @Nullable String newLine) {
    String deeper = newLine == null ? null : newLine + INDENT;
    out.append('[');
    boolean first = true;
    for (Object element : list) {
      separate(out, first, deeper);
      write(out, element, deeper);
      first = false;
    }
    close(out, first, newLine).append(']');
  }

  private static void separate(StringBuilder out, boolean first, @Nullable String newLine) {
    if (!first) {
      out.append(',');
    }
    if (newLine != null) {
      out.append(newLine);
    }
  }

  private static StringBuilder close(StringBuilder out, boolean empty, @Nullable String newLine) {
    return empty || newLine == null ? out : out.append(newLine);
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        default -> {
          // "</script>" and half characters can do no harm in whatever shows this.
          if (c < ' ' || c == '<' || c == 0x7f || Character.isSurrogate(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
