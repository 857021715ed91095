package dev.howdah.it.failover;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Clients that insert one row after another through the poolers, each in a transaction of its own,
 * and remember what they were told.
 */
final class Writers implements AutoCloseable {

  /** An acknowledged row, with the timeline it was written on. */
  private record Ack(long row, int timeline, long atNanos) {}

  private final ServedCluster cluster;
  private final AtomicLong rows = new AtomicLong();
  private final List<Ack> acks = new ArrayList<>();
  private final Map<String, Integer> errors = new TreeMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  /** {@code count} of them for each pooler, at work at once. */
  Writers(ServedCluster cluster, int count) {
    this.cluster = cluster;
    for (int i = 0; i < ServedCluster.POOLERS * count; i++) {
      int pooler = i % ServedCluster.POOLERS;
      threads.add(Thread.ofVirtual().name("writer-" + i).start(() -> write(pooler)));
    }
  }

  private void write(int pooler) {
    @Nullable Connection connection = null;
    while (!over) {
      try {
        if (connection == null || connection.isClosed()) {
          connection = DriverManager.getConnection(cluster.url(pooler));
        }
        insert(connection, rows.incrementAndGet());
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (SQLException e) {
        if (!over) {
          synchronized (acks) {
            errors.merge(String.valueOf(e.getSQLState()), 1, Integer::sum);
          }
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void insert(Connection connection, long row) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                """
                INSERT INTO written VALUES (%d)
                RETURNING substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
                """
                    .formatted(row))) {
      result.next();
      int timeline = Integer.parseInt(result.getString(1), 16);
      long now = System.nanoTime();
      synchronized (acks) {
        acks.add(new Ack(row, timeline, now));
      }
    }
  }

  int acknowledged() {
    synchronized (acks) {
      return acks.size();
    }
  }

  long acknowledgedOn(int timeline) {
    synchronized (acks) {
      return acks.stream().filter(ack -> ack.timeline() == timeline).count();
    }
  }

  /** How often each SQLSTATE was answered. */
  Map<String, Integer> errors() {
    synchronized (acks) {
      return new TreeMap<>(errors);
    }
  }

  /**
   * What a fault came to.
   *
   * @param lost acknowledged and not on the primary now
   * @param doubled on the primary more than once
   * @param lostLate of the lost those acknowledged after somebody had written on a newer timeline:
   *     acknowledged by two primaries
   */
  record Report(
      String fault,
      int acknowledged,
      Set<Long> lost,
      Set<Long> doubled,
      Set<Long> lostLate,
      Map<String, Integer> errors,
      long longestGapMillis) {

    @Override
    public String toString() {
      return "%s: %d acknowledged, %d lost, %d doubled, %d acknowledged by two primaries, refused or unknown %s, longest write gap %d ms"
          .formatted(
              fault,
              acknowledged,
              lost.size(),
              doubled.size(),
              lostLate.size(),
              errors,
              longestGapMillis);
    }
  }

  /** Ends the writing and compares what was told with the primary. */
  Report stop(String fault) throws Exception {
    close();
    Map<Long, Integer> present = new HashMap<>();
    try (Connection connection = cluster.server(cluster.topology().primary()).connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT row FROM written")) {
      while (found.next()) {
        present.merge(found.getLong(1), 1, Integer::sum);
      }
    }
    Set<Long> lost = new HashSet<>();
    Set<Long> late = new HashSet<>();
    Set<Long> doubled = new HashSet<>();
    present.forEach((row, times) -> {
      if (times > 1) {
        doubled.add(row);
      }
    });
    long gap = 0;
    synchronized (acks) {
      int newest = 0;
      for (int i = 0; i < acks.size(); i++) {
        Ack ack = acks.get(i);
        if (!present.containsKey(ack.row())) {
          lost.add(ack.row());
          if (ack.timeline() < newest) {
            late.add(ack.row());
          }
        }
        newest = Math.max(newest, ack.timeline());
        gap = i == 0 ? 0 : Math.max(gap, ack.atNanos() - acks.get(i - 1).atNanos());
      }
    }
    Report report =
        new Report(
            fault,
            acknowledged(),
            lost,
            doubled,
            late,
            errors(),
            TimeUnit.NANOSECONDS.toMillis(gap));
    System.out.println(report);
    return report;
  }

  @Override
  public void close() {
    over = true;
    try {
      for (Thread thread : threads) {
        if (!thread.join(Duration.ofSeconds(30))) {
          throw new AssertionError(thread.getName() + " hangs");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
