package dev.howdah.it.state;

import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random sequences of two to five clients: the model is PostgreSQL itself, in another database of
 * the same server, where each client has a connection of its own. The pool has as many connections
 * as there are clients, which is the fewest that can do when all of them are in transactions.
 *
 * <p>{@code -Dhowdah.state.seeds=N} runs N sequences, {@code -Dhowdah.state.first=SEED} says where
 * they start. {@code -Dhowdah.state.without.pooler=true} checks that the test itself is sound. A
 * failure prints the seed and the shortest sequence found that still fails, as a scenario.
 */
@ExtendWith(PostgresServer.Shared.class)
@EnabledIfSystemProperty(
    named = "howdah.state.seeds",
    matches = "[1-9][0-9]*",
    disabledReason =
        "session state does not follow the client yet; -Dhowdah.state.seeds=50 runs it all the same")
class RandomSessionsTest {
  private static final int SEEDS = Integer.getInteger("howdah.state.seeds", 50);
  private static final long FIRST_SEED = Long.getLong("howdah.state.first", 1);
  private static final boolean WITHOUT_POOLER = Boolean.getBoolean("howdah.state.without.pooler");
  private static final int PATIENCE_MILLIS =
      Integer.getInteger("howdah.state.patience.millis", 5_000);
  private static final int CLIENTS_MIN = 2;
  private static final int CLIENTS_MAX = 5;
  private static final int SHRINKING_RUNS_MAX = 150;

  private final PostgresServer server;
  private final Map<Integer, TestPooler> poolers = new HashMap<>();
  private int shrinkingRuns;
  private String lastDifference = "";

  RandomSessionsTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void random_sequences_are_answered_as_by_sessions_of_their_own() throws Exception {
    Stage stage = Stage.on(server);
    Target direct = stage.copyAs("random_direct");
    Target behind = stage.copyAs("random_pooled");
    System.out.printf("seeds %d to %d%n", FIRST_SEED, FIRST_SEED + SEEDS - 1);
    try {
      for (int clients = CLIENTS_MIN; clients <= CLIENTS_MAX; clients++) {
        poolers.put(clients, startPooler(behind, clients));
      }
      try (Connection monitor = behind.connect()) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
          RandomSteps.Story story = RandomSteps.story(seed);
          if (isDifferent(story, direct, behind, monitor)) {
            shrink(story, direct, behind, monitor);
            fail("seed " + seed + "\n" + lastDifference);
          }
        }
      }
    } finally {
      poolers.values().forEach(TestPooler::close);
    }
  }

  private static TestPooler startPooler(Target behind, int poolSize) {
    return TestPooler.before(
        behind,
        "transaction",
        "server_round_robin = 1",
        "query_wait_timeout = 10",
        "default_pool_size = " + poolSize);
  }

  private boolean isDifferent(
      RandomSteps.Story story, Target direct, Target behind, Connection monitor) throws Exception {
    List<String> expected = perform(story, direct, direct);
    if (expected.contains("    TIMEOUT")) {
      return false; // shortened to something that waits for what does not come
    }
    Outcome outcome = outcome(story, behind);
    awaitNothingIsLeft(monitor); // shortened stories must not meet what longer ones have left
    if (outcome.verdict(story.scenario(), expected) != Outcome.Verdict.DIFFERENT) {
      return false;
    }
    lastDifference = outcome.differences(expected);
    return true;
  }

  private Outcome outcome(RandomSteps.Story story, Target behind) throws Exception {
    int poolSize = Math.max(CLIENTS_MIN, story.clients());
    Target clients =
        WITHOUT_POOLER ? behind : Objects.requireNonNull(poolers.get(poolSize)).target(behind);
    return new Outcome(perform(story, behind, clients), List.of(), 0);
  }

  private static List<String> perform(RandomSteps.Story story, Target outside, Target clients)
      throws Exception {
    return new Performance(story.scenario(), outside, clients, PATIENCE_MILLIS, null).run();
  }

  /** Leaves out ever smaller parts of the story as long as it fails without them. */
  private void shrink(RandomSteps.Story story, Target direct, Target behind, Connection monitor)
      throws Exception {
    RandomSteps.Story shortest = story;
    for (int part = Math.max(1, story.body().size() / 2); part >= 1; part /= 2) {
      int from = 0;
      while (from < shortest.body().size() && shrinkingRuns++ < SHRINKING_RUNS_MAX) {
        RandomSteps.Story shorter = shortest.without(from, part);
        if (isDifferent(shorter, direct, behind, monitor)) {
          shortest = shorter;
        } else {
          from += part;
        }
      }
    }
  }

  /** Who disconnects takes everything along, if not at once. */
  private static void awaitNothingIsLeft(Connection monitor) throws SQLException {
    String left =
        """
        SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
             + (SELECT count(*) FROM pg_class WHERE relname = 'mine')\
        """;
    await("no lock and no temporary table is left")
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(10))
        .until(() -> count(monitor, left) == 0);
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}
