package dev.howdah.pooler.admin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What SHOW answers: rows under columns. Filled by one thread, then only read.
 *
 * <p>A value is a text for text columns, a whole number for the others, or null for SQL NULL.
 */
final class Table {
  private final List<Column> columns;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();

  /** An empty table. */
  Table(List<Column> columns) {
    this.columns = columns;
  }

  /** Appends a row with a value for each column. */
  Table add(@Nullable Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(values.length + " values for " + columns.size());
    }
    rows.add(Collections.unmodifiableList(Arrays.asList(values)));
    return this;
  }

  List<Column> columns() {
    return columns;
  }

  List<List<@Nullable Object>> rows() {
    return rows;
  }
}
