package dev.howdah.cli.desk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One row of an answer: values by column. Immutable. */
public final class Row {
  private final Map<String, @Nullable Object> values;

  /** With texts, numbers, booleans and nulls. */
  public Row(Map<String, @Nullable Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The value; null also when there is no such column, as in another version of the pooler. */
  public @Nullable Object value(String column) {
    return values.get(column);
  }

  /** The value as text; empty for null. */
  public String text(String column) {
    Object value = values.get(column);
    return value == null ? "" : value.toString();
  }

  /** The value as a number; 0 for null and for what is none. */
  public long number(String column) {
    return switch (values.get(column)) {
      case Number number -> number.longValue();
      case String text when text.matches("-?\\d{1,18}") -> Long.parseLong(text);
      case null, default -> 0;
    };
  }

  /** All of them, in their order. */
  public Map<String, @Nullable Object> values() {
    return values;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
