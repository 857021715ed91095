package dev.howdah.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of values under columns: a table for people, a list of objects for scripts. One thread. */
public final class Listing {
  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();

  /** No rows yet. */
  public Listing(Column... columns) {
    this.columns = List.of(columns);
  }

  /**
   * One more row: strings, numbers, booleans, or null for what is not known.
   *
   * @throws IllegalArgumentException if there is not one value per column
   */
  public Listing add(@Nullable Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          values.length + " values for " + columns.size() + " columns");
    }
    rows.add(Collections.unmodifiableList(new ArrayList<>(Arrays.asList(values))));
    return this;
  }

  /** How many rows there are. */
  public int size() {
    return rows.size();
  }

  /** The rows as objects, keys in the order of the columns. */
  List<Map<String, @Nullable Object>> data() {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        object.put(columns.get(i).key(), row.get(i));
      }
      objects.add(object);
    }
    return objects;
  }

  /** The table, line by line, headings first; {@code (none)} when there is no row. */
  public List<String> lines(boolean colours) {
    if (rows.isEmpty()) {
      return List.of(Tone.FAINT.paint("(none)", colours));
    }
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int at = i;
      Column column = columns.get(i);
      widths[i] =
          Math.max(
              width(column.heading()),
              rows.stream().mapToInt(row -> width(column.show(row.get(at)))).max().orElse(0));
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(widths, i -> columns.get(i).heading(), _ -> Tone.STRONG, colours));
    for (List<@Nullable Object> row : rows) {
      lines.add(line(widths, i -> columns.get(i).show(row.get(i)), i -> tone(row, i), colours));
    }
    return lines;
  }

  private Tone tone(List<@Nullable Object> row, int i) {
    Object value = row.get(i);
    return value == null ? Tone.FAINT : columns.get(i).tone().apply(value);
  }

  private interface ByColumn<T> {
    T at(int column);
  }

  private String line(int[] widths, ByColumn<String> texts, ByColumn<Tone> tones, boolean colours) {
    StringBuilder line = new StringBuilder();
    String gap = "";
    for (int i = 0; i < widths.length; i++) {
      if (!columns.get(i).shown()) {
        continue;
      }
      String text = texts.at(i);
      String padding = " ".repeat(widths[i] - width(text));
      String painted = tones.at(i).paint(text, colours);
      line.append(gap).append(columns.get(i).isRight() ? padding + painted : painted + padding);
      gap = GAP;
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
