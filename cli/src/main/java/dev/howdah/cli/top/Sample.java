package dev.howdah.cli.top;

import dev.howdah.cli.desk.PoolerDesk;
import dev.howdah.cli.desk.Row;
import java.io.IOException;
import java.util.List;

/**
 * What a pooler said at one moment. Immutable.
 *
 * @param atNanos monotonic time
 * @param state active, paused or suspended
 */
record Sample(
    long atNanos,
    String state,
    List<Row> pools,
    List<Row> totals,
    List<Row> waits,
    List<Row> pins,
    List<Row> topology,
    List<Row> replicas) {

  private static final String CONSOLE = "pgbouncer";

  /** Asks. */
  static Sample take(PoolerDesk desk, long atNanos) throws IOException {
    String state =
        desk.show("state").stream()
            .filter(row -> row.text("value").equals("yes"))
            .map(row -> row.text("key"))
            .findFirst()
            .orElse("active");
    return new Sample(
        atNanos,
        state,
        withoutConsole(desk.show("pools")),
        withoutConsole(desk.show("stats")),
        desk.show("waits"),
        desk.show("pins"),
        desk.show("topology"),
        desk.show("replicas"));
  }

  private static List<Row> withoutConsole(List<Row> rows) {
    return rows.stream().filter(row -> !row.text("database").equals(CONSOLE)).toList();
  }

  /** The sum of one column of the totals, of all databases or of one. */
  long total(String column, String database) {
    return totals.stream()
        .filter(row -> database.isEmpty() || row.text("database").equals(database))
        .mapToLong(row -> row.number(column))
        .sum();
  }

  /** By how much a total grew per second since an earlier sample; -1 when there is none. */
  static double rate(Sample before, Sample now, String column, String database) {
    double seconds = (now.atNanos - before.atNanos) / 1e9;
    long grown = now.total(column, database) - before.total(column, database);
    return seconds <= 0 ? -1 : Math.max(0, grown) / seconds;
  }
}
