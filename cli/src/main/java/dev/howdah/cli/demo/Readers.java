package dev.howdah.cli.demo;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A few people who only look at the books, in READ ONLY transactions, and note which node showed
 * them. The pooler sends them to the standby when that has all that was ordered before.
 */
final class Readers implements AutoCloseable {
  private static final int COUNT = 4;
  private static final long PAUSE_MILLIS = 20;
  private static final Duration LAST_LOOK = Duration.ofSeconds(5);
  private static final String LOOK =
      "SELECT pg_is_in_recovery(), sum(sold) FROM stock WHERE product < 10";

  private final String url;
  private final Tally tally;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicLong onStandby = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();

  Readers(String url, Tally tally) {
    this.url = url;
    this.tally = tally;
  }

  /** Lets them in. */
  void enter() {
    for (int i = 0; i < COUNT; i++) {
      threads.add(Thread.ofVirtual().name("reader-" + i).start(this::read));
    }
  }

  private void read() {
    try {
      while (closing.getCount() > 0) {
        try (Connection connection = Shop.connect(url, "howdah demo reader")) {
          connection.setReadOnly(true);
          connection.setAutoCommit(false);
          while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            look(connection);
          }
        } catch (SQLException e) {
          tally.failed(e, false);
          closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LOOK)) {
      row.next();
      reads.incrementAndGet();
      onStandby.addAndGet(row.getBoolean(1) ? 1 : 0);
    }
    connection.commit();
  }

  /** How many looks there were, and how many of them at the standby, in a sentence. */
  String summary() {
    return "%,d reads in READ ONLY transactions, %,d of them on the standby"
        .formatted(reads.get(), onStandby.get());
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      for (Thread thread : threads) {
        if (!thread.join(LAST_LOOK)) {
          thread.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
