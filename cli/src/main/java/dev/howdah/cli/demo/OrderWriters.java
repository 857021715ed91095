package dev.howdah.cli.demo;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Clients that each write one order after another, and keep what was acknowledged. */
final class OrderWriters implements AutoCloseable {

  private static final long PAUSE_MILLIS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String url;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Set<Long> acknowledged = new HashSet<>();
  private final List<Thread> threads = new ArrayList<>();
  private long lastNanos;
  private long longestGapNanos;
  private volatile boolean over;

  /**
   * What became of the orders.
   *
   * @param lost acknowledged and not there
   * @param doubled there more than once
   */
  record Books(long lost, long doubled) {}

  /** {@code count} of them, at work at once. */
  OrderWriters(String url, int count) {
    this.url = url;
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().name("order-writer-" + i).start(this::run));
    }
  }

  private void run() {
    @Nullable Connection connection = null;
    try {
      while (!over) {
        connection = step(connection);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
      if (connection != null) {
        connection.close();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (SQLException _) {
      failed.incrementAndGet(); // of closing: nothing hangs on it
    }
  }

  private @Nullable Connection step(@Nullable Connection before) {
    @Nullable Connection connection = before;
    try {
      if (connection == null || connection.isClosed()) {
        connection = DriverManager.getConnection(url);
      }
      long id = ids.incrementAndGet();
      try (Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO orders VALUES (" + id + ")");
      }
      keep(id, System.nanoTime());
    } catch (SQLException _) {
      failed.incrementAndGet();
    }
    return connection;
  }

  private synchronized void keep(long id, long now) {
    if (!acknowledged.isEmpty()) {
      longestGapNanos = Math.max(longestGapNanos, now - lastNanos);
    }
    acknowledged.add(id);
    lastNanos = now;
  }

  int count() {
    return threads.size();
  }

  synchronized long acknowledged() {
    return acknowledged.size();
  }

  long failed() {
    return failed.get();
  }

  /** The longest time between two acknowledgements so far. */
  synchronized long longestGapMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longestGapNanos);
  }

  /** Compares what was acknowledged with a server. */
  synchronized Books compare(Connection connection) throws SQLException {
    Map<Long, Integer> there = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM orders")) {
      while (rows.next()) {
        there.merge(rows.getLong(1), 1, Integer::sum);
      }
    }
    return new Books(
        acknowledged.stream().filter(id -> !there.containsKey(id)).count(),
        there.values().stream().filter(times -> times > 1).count());
  }

  /** Ends them; whoever hangs is left behind after a while. */
  @Override
  public void close() {
    over = true;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
