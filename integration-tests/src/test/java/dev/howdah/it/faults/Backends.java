package dev.howdah.it.faults;

import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Watches, over a direct connection, what the pooler's server connections to one database do. One
 * thread at a time.
 */
final class Backends implements AutoCloseable {
  private static final String OTHERS =
      " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
          + " AND backend_type = 'client backend'";

  private final Connection direct;

  Backends(Target database) throws SQLException {
    this.direct = database.connect();
  }

  /** The only value of the only row, as a number. */
  long number(String sql) {
    try (Statement statement = direct.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  void execute(String sql) {
    try (Statement statement = direct.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** How many connections others have to this database. */
  long count() {
    return number("SELECT count(*)" + OTHERS);
  }

  /** How many of them match a condition on {@code pg_stat_activity}. */
  long count(String condition) {
    return number("SELECT count(*)" + OTHERS + " AND " + condition);
  }

  /** Locks that others hold or wait for on tables of ours. */
  long tableLocks() {
    return number(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND pid <> pg_backend_pid()"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            + " AND relation >= 16384");
  }

  /** Ends every connection that matches a condition. */
  void terminate(String condition) {
    execute("SELECT pg_terminate_backend(pid)" + OTHERS + " AND " + condition);
  }

  void awaitCount(String condition, long expected) {
    await(expected + " connections with " + condition)
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> count(condition) == expected);
  }

  /** Waits until nobody runs anything, is in a transaction or holds a lock. */
  void awaitQuiet() {
    awaitCount("state <> 'idle'", 0);
    await("no locks")
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> tableLocks() == 0);
  }

  @Override
  public void close() throws SQLException {
    direct.close();
  }
}
