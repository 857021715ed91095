package dev.howdah.cli.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Customers of the shop: each has a connection and a virtual thread, looks at a product, orders it,
 * thinks, and so on. A customer whose connection breaks comes back with another.
 */
final class Customers implements AutoCloseable {

  private static final int LOGIN_AT_ONCE = 16;
  private static final Duration LAST_ORDERS = Duration.ofSeconds(20);
  private static final long THINK_MILLIS_MIN = 50;
  private static final long THINK_MILLIS_MAX = 150;
  private static final long COME_BACK_MILLIS = 250;

  private final String url;
  private final Tally tally;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Semaphore door = new Semaphore(LOGIN_AT_ONCE);
  private final List<Thread> threads = new ArrayList<>();

  Customers(String url, Tally tally) {
    this.url = url;
    this.tally = tally;
  }

  /** Lets {@code count} customers in. */
  void enter(int count) {
    for (int i = 0; i < count; i++) {
      int customer = i;
      threads.add(
          Thread.ofVirtual().name("customer-" + customer).start(() -> comeAndShop(customer)));
    }
  }

  /** Lets everybody finish the order at hand and leave; impatient ones are cut off. */
  @Override
  public void close() {
    closing.countDown();
    long until = System.nanoTime() + LAST_ORDERS.toNanos();
    try {
      for (Thread thread : threads) {
        Duration left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
        if (!thread.join(left)) {
          thread.interrupt(); // closes the socket it reads from
          thread.join(Duration.ofSeconds(1));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void comeAndShop(int customer) {
    try {
      while (!isClosing()) {
        try (Connection connection = login()) {
          tally.connected(1);
          try {
            shop(connection, customer);
          } finally {
            tally.connected(-1);
          }
        } catch (SQLException e) {
          tally.failed(e, false);
          closing.await(COME_BACK_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Connection login() throws SQLException, InterruptedException {
    door.acquire();
    try {
      Connection connection = Shop.connect(url, "howdah demo");
      connection.setAutoCommit(false);
      return connection;
    } finally {
      door.release();
    }
  }

  private void shop(Connection connection, int customer) throws InterruptedException {
    boolean usable = true;
    while (usable && !isClosing()) {
      usable = buy(connection, customer);
      long think = ThreadLocalRandom.current().nextLong(THINK_MILLIS_MIN, THINK_MILLIS_MAX + 1);
      closing.await(think, TimeUnit.MILLISECONDS);
    }
  }

  /** One transaction; false when the connection should not be used again. */
  private boolean buy(Connection connection, int customer) {
    int product = ThreadLocalRandom.current().nextInt(Shop.PRODUCTS);
    boolean committing = false;
    try {
      long startedAt = System.nanoTime();
      Shop.readSold(connection, product);
      tally.waited(System.nanoTime() - startedAt);
      Shop.order(connection, customer, product);
      committing = true;
      connection.commit();
      tally.acknowledged();
      return true;
    } catch (SQLException e) {
      tally.failed(e, committing);
      return false;
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }
}
