package dev.howdah.it.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Writers and readers on many connections: no read may show less than was acknowledged before it
 * began. Replicas replay late, one of them on purpose. The long form: {@code
 * -Dhowdah.routing.reads=100000}.
 */
class StalenessTest {
  private static final int READS = Integer.getInteger("howdah.routing.reads", 3_000);
  private static final int ROWS = 8;
  private static final int READERS = 4;
  private static final int WRITERS = 2;

  private static Nodes nodes;

  @BeforeAll
  static void start() throws SQLException {
    nodes = new Nodes(2);
    nodes
        .primary()
        .execute(
            Nodes.DATABASE,
            "CREATE TABLE counters (id int PRIMARY KEY, n int)",
            "INSERT INTO counters SELECT i, 0 FROM generate_series(0, " + (ROWS - 1) + ") i");
    nodes
        .standby(1)
        .execute(
            "postgres",
            "ALTER SYSTEM SET recovery_min_apply_delay = '20ms'",
            "SELECT pg_reload_conf()");
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @Test
  void no_read_is_stale_in_the_scope_of_a_database() throws Exception {
    try (TestPooler pooler =
        nodes.pooler("read_your_writes = database", "default_pool_size = 10")) {
      Counts counts = check(List.of(pooler), pooler);
      System.out.println("database scope: " + counts);
      assertThat(counts.stale()).isZero();
      assertThat(counts.onReplicas()).isPositive();
    }
  }

  @Test
  void no_read_is_stale_in_the_global_scope_through_two_poolers() throws Exception {
    try (TestPooler one = nodes.pooler("read_your_writes = global", "default_pool_size = 10");
        TestPooler two = nodes.pooler("read_your_writes = global", "default_pool_size = 10")) {
      Counts counts = check(List.of(two), one);
      System.out.println("global scope: " + counts);
      assertThat(counts.stale()).isZero();
      assertThat(counts.onReplicas()).isPositive();
    }
  }

  @Test
  void without_it_reads_are_stale_so_this_test_would_see_them() throws Exception {
    try (TestPooler pooler = nodes.pooler("read_your_writes = off", "default_pool_size = 10")) {
      assertThat(check(List.of(pooler), pooler).stale()).isPositive();
    }
  }

  private record Counts(int reads, int stale, int onReplicas) {}

  private static Counts check(List<TestPooler> forWriters, TestPooler forReaders) throws Exception {
    nodes.primary().execute(Nodes.DATABASE, "UPDATE counters SET n = 0");
    var acknowledged = new AtomicIntegerArray(ROWS);
    var reads = new AtomicInteger();
    var stale = new AtomicInteger();
    var onReplicas = new AtomicInteger();
    List<Callable<Void>> work = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int mine = writer;
      TestPooler pooler = forWriters.get(writer % forWriters.size());
      work.add(() -> write(pooler, mine, acknowledged, reads));
    }
    for (int reader = 0; reader < READERS; reader++) {
      int seed = reader;
      work.add(() -> read(forReaders, seed, acknowledged, reads, stale, onReplicas));
    }
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    }
    return new Counts(reads.get(), stale.get(), onReplicas.get());
  }

  private static Void write(
      TestPooler pooler, int writer, AtomicIntegerArray acknowledged, AtomicInteger reads)
      throws SQLException {
    try (Connection connection = connect(pooler);
        Statement statement = connection.createStatement()) {
      for (int n = 1; reads.get() < READS; n++) {
        int row = writer + WRITERS * (n % (ROWS / WRITERS));
        statement.execute("UPDATE counters SET n = " + n + " WHERE id = " + row);
        acknowledged.set(row, n);
      }
    }
    return null;
  }

  private static Void read(
      TestPooler pooler,
      int seed,
      AtomicIntegerArray acknowledged,
      AtomicInteger reads,
      AtomicInteger stale,
      AtomicInteger onReplicas)
      throws SQLException {
    try (Connection connection = connect(pooler);
        Statement statement = connection.createStatement()) {
      for (int i = seed; reads.getAndIncrement() < READS; i++) {
        int row = i % ROWS;
        int least = acknowledged.get(row);
        statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        try (ResultSet found =
            statement.executeQuery(
                "SELECT n, pg_is_in_recovery() FROM counters WHERE id = " + row)) {
          found.next();
          stale.addAndGet(found.getInt(1) < least ? 1 : 0);
          onReplicas.addAndGet(found.getBoolean(2) ? 1 : 0);
        }
        statement.execute("COMMIT");
      }
    }
    return null;
  }

  private static Connection connect(TestPooler pooler) throws SQLException {
    return pooler.target(nodes.direct()).connect(Map.of("preferQueryMode", "simple"));
  }
}
