package dev.howdah.pooler.admin;

import java.util.ArrayList;
import java.util.List;

/** One column of a table that the console shows. */
record Column(String name, ColumnType type) {

  /**
   * Columns from a list such as {@code "database, cl_active:i"}: a name alone is text, {@code :i}
   * an int4, {@code :q} an int8, {@code :n} a numeric.
   */
  static List<Column> list(String names) {
    List<Column> columns = new ArrayList<>();
    for (String item : names.split(",", -1)) {
      String name = item.strip();
      int colon = name.indexOf(':');
      columns.add(
          colon < 0
              ? new Column(name, ColumnType.TEXT)
              : new Column(name.substring(0, colon), type(name.substring(colon + 1))));
    }
    return List.copyOf(columns);
  }

  private static ColumnType type(String letter) {
    return switch (letter) {
      case "i" -> ColumnType.INT4;
      case "q" -> ColumnType.INT8;
      case "n" -> ColumnType.NUMERIC;
      default -> throw new IllegalArgumentException("no column type " + letter);
    };
  }
}
