package dev.howdah.cli.output;

import dev.howdah.pooler.json.JsonText;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes YAML 1.2 from the same values as {@link JsonText}. A string that could be read as anything
 * else stands in double quotes, whose escapes are JSON's.
 */
final class YamlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./@()+ -]*");
  private static final Pattern WORD_OF_YAML =
      Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n");

  private YamlText() {}

  /** The value, ending with a line end. */
  static String of(@Nullable Object value) {
    StringBuilder out = new StringBuilder(256);
    if (isBlock(value)) {
      block(out, value, "", "");
    } else {
      out.append(scalar(value)).append('\n');
    }
    return out.toString();
  }

  /** Maps and lists that have something in them stand on lines of their own. */
  private static boolean isBlock(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> !map.isEmpty();
      case List<?> list -> !list.isEmpty();
      case null, default -> false;
    };
  }

  private static void block(
      StringBuilder out, @Nullable Object value, String firstIndent, String indent) {
    String before = firstIndent;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(before).append(scalar(entry.getKey())).append(':');
        Object inner = entry.getValue();
        if (isBlock(inner)) {
          out.append('\n');
          String deeper = indent + (inner instanceof List ? "" : "  ");
          block(out, inner, deeper, deeper);
        } else {
          out.append(' ').append(scalar(inner)).append('\n');
        }
        before = indent;
      }
    } else if (value instanceof List<?> list) {
      for (Iterator<?> each = list.iterator(); each.hasNext(); before = indent) {
        Object element = each.next();
        out.append(before).append("- ");
        if (isBlock(element)) {
          block(out, element, "", indent + "  ");
        } else {
          out.append(scalar(element)).append('\n');
        }
      }
    }
  }

  private static String scalar(@Nullable Object value) {
    if (value instanceof Map) {
      return "{}";
    }
    if (value instanceof List) {
      return "[]";
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return JsonText.of(value);
    }
    String text = value.toString();
    boolean plain =
        PLAIN.matcher(text).matches()
            && !text.endsWith(" ")
            && !WORD_OF_YAML.matcher(text).matches();
    return plain ? text : JsonText.quoted(text);
  }
}
