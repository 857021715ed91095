package dev.howdah.it.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.cli.postgres.StopMode;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replicas go and come back under readers. The long form: {@code -Dhowdah.routing.losses=100}. */
class ReplicaLossTest {
  private static final int LOSSES = Integer.getInteger("howdah.routing.losses", 4);
  private static final int READERS = 6;

  private static Nodes nodes;

  @BeforeAll
  static void start() throws SQLException {
    nodes = new Nodes(2);
    nodes.primary().execute(Nodes.DATABASE, "CREATE TABLE t AS SELECT generate_series(1, 100) n");
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @Test
  void no_reader_hears_of_a_replica_that_goes_and_comes_back() throws Exception {
    try (TestPooler pooler = nodes.pooler("", "default_pool_size = 10")) {
      var over = new AtomicBoolean();
      var reads = new AtomicLong();
      var onReplicas = new AtomicLong();
      Queue<String> errors = new ConcurrentLinkedQueue<>();
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        boolean begins = i % 2 == 0;
        readers.add(
            Thread.ofVirtual().start(() -> read(pooler, begins, over, reads, onReplicas, errors)));
      }
      for (int loss = 0; loss < LOSSES; loss++) {
        LocalPostgres replica = nodes.standby(loss % 2);
        awaitReads(reads, 50);
        replica.stop(loss % 4 < 2 ? StopMode.IMMEDIATE : StopMode.FAST);
        awaitReads(reads, 50);
        replica.restart();
      }
      awaitReads(reads, 50);
      over.set(true);
      for (Thread reader : readers) {
        reader.join();
      }

      System.out.println(
          "%d losses, %d reads, %d of them on replicas, %d errors"
              .formatted(LOSSES, reads.get(), onReplicas.get(), errors.size()));
      assertThat(errors).isEmpty();
      assertThat(onReplicas.get()).isPositive();
    }
  }

  private static void awaitReads(AtomicLong reads, int more) {
    long wanted = reads.get() + more;
    Nodes.await("readers go on", () -> reads.get() >= wanted);
  }

  private static void read(
      TestPooler pooler,
      boolean begins,
      AtomicBoolean over,
      AtomicLong reads,
      AtomicLong onReplicas,
      Queue<String> errors) {
    String option = begins ? "-c statement_timeout=60s" : "-c howdah.target=prefer-replica";
    try (Connection connection =
            pooler
                .target(nodes.direct())
                .connect(Map.of("preferQueryMode", "simple", "options", option));
        Statement statement = connection.createStatement()) {
      while (!over.get()) {
        if (begins) {
          statement.execute("BEGIN READ ONLY");
        }
        try (ResultSet rows = statement.executeQuery("SELECT pg_is_in_recovery(), sum(n) FROM t")) {
          rows.next();
          onReplicas.addAndGet(rows.getBoolean(1) ? 1 : 0);
        }
        if (begins) {
          statement.execute("COMMIT");
        }
        reads.incrementAndGet();
      }
    } catch (SQLException e) {
      errors.add(e.getSQLState() + " " + e.getMessage());
    }
  }
}
