package dev.howdah.pooler.admin;

import dev.howdah.pooler.config.PoolerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** SHOW STATS and its parts. */
final class StatsTables {
  private static final List<String> TOTAL_NAMES =
      List.of(
          "server_assignment_count",
          "xact_count",
          "query_count",
          "client_bytes",
          "server_bytes",
          "xact_time",
          "query_time",
          "wait_time",
          "ps_client_parse_count",
          "ps_server_parse_count",
          "ps_bind_count");

  private StatsTables() {}

  /**
   * One of the tables.
   *
   * @param byDatabase the counters now
   * @param consoleQueries what the console has answered
   * @param reference what the averages compare with
   */
  static Table of(
      Topic topic,
      Map<String, Counts> byDatabase,
      long consoleQueries,
      StatsSampler.Sample reference) {
    Map<String, Counts> now = new TreeMap<>(byDatabase);
    now.put(
        PoolerConfig.CONSOLE_DATABASE,
        new Counts(0, consoleQueries, consoleQueries, 0, 0, 0, 0, 0));
    long nanos = Math.max(1, System.nanoTime() - reference.atNanos());
    Table table = new Table(topic.columns());
    if (topic == Topic.TOTALS) {
      addNamed(table, "total_", sum(now));
      Counts average = sum(byDatabase).averageSince(sum(reference.counts()), nanos);
      addNamed(table, "avg_", average); // without the console, as it has no samples
      return table;
    }
    now.forEach((database, counts) -> {
      Counts before = reference.counts().getOrDefault(database, Counts.NONE);
      Counts average =
          database.equals(PoolerConfig.CONSOLE_DATABASE)
              ? Counts.NONE
              : counts.averageSince(before, nanos);
      List<Object> row = new ArrayList<>();
      row.add(database);
      if (topic != Topic.STATS_AVERAGES) {
        row.addAll(counts.values());
      }
      if (topic != Topic.STATS_TOTALS) {
        row.addAll(average.values());
      }
      table.add(row.toArray());
    });
    return table;
  }

  private static Counts sum(Map<String, Counts> counts) {
    return counts.values().stream().reduce(Counts.NONE, Counts::plus);
  }

  private static void addNamed(Table table, String prefix, Counts counts) {
    List<Object> values = counts.values();
    for (int i = 0; i < values.size(); i++) {
      table.add(prefix + TOTAL_NAMES.get(i), values.get(i));
    }
  }
}
