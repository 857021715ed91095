package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that end in every way but the polite one, and what they leave behind: nothing. */
@ExtendWith(PostgresServer.Shared.class)
class VanishingClientsTest {
  private static final int POOL_SIZE = 4;
  private static final int SOCKETS_RESET = 900;
  private static final int PROCESSES_KILLED = Integer.getInteger("howdah.it.kills", 100);
  private static final int PROCESSES_AT_ONCE = 10;

  private final PostgresServer server;
  private Target direct;
  private Backends backends;

  VanishingClientsTest(PostgresServer server) {
    this.server = server;
  }

  @BeforeEach
  void makeTables() throws Exception {
    direct = server.createDatabase("vanishing");
    backends = new Backends(direct);
    backends.execute("CREATE TABLE parts (id int, name text)");
  }

  @AfterEach
  void disconnect() throws Exception {
    backends.close();
  }

  private TestPooler pooler(String mode, String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("default_pool_size = " + POOL_SIZE);
    all.add("log_connections = 0");
    all.add("log_disconnections = 0");
    return TestPooler.before(direct, mode, all.toArray(String[]::new));
  }

  @Test
  void nine_hundred_clients_reset_at_any_moment_leave_nothing_behind() throws Exception {
    try (TestPooler pooler = pooler("transaction");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Target pooled = pooler.target(direct);
      AtomicBoolean over = new AtomicBoolean();
      List<Future<Integer>> honest = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int id = i;
        honest.add(threads.submit(() -> askUntil(over, pooled, id)));
      }
      List<Future<Integer>> doomed = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        doomed.add(threads.submit(repeated(SOCKETS_RESET / 6, () -> resetSomewhere(pooled))));
      }
      for (Future<Integer> each : doomed) {
        each.get();
      }
      over.set(true);
      for (Future<Integer> each : honest) {
        assertThat(each.get()).isPositive();
      }
      assertNothingLeft(pooler);
    }
  }

  private static Callable<Integer> repeated(int times, IoAction action) {
    return () -> {
      for (int i = 0; i < times; i++) {
        action.run();
      }
      return times;
    };
  }

  private interface IoAction {
    void run() throws IOException;
  }

  /** Asks for its own markers until told to stop; returns how many it got. */
  private static int askUntil(AtomicBoolean over, Target pooled, int id) throws IOException {
    int asked = 0;
    try (RawClient client = RawClient.login(pooled)) {
      while (!over.get() || asked == 0) {
        String marker = "client " + id + " query " + asked++;
        RawClient.Answer answer = client.query("SELECT '" + marker + "'");
        assertThat(answer.error()).isEmpty();
        assertThat(answer.rows()).containsExactly(marker);
      }
    }
    return asked;
  }

  /** Starts something, and is gone before, while or after it is answered. */
  private static void resetSomewhere(Target pooled) throws IOException {
    Random random = ThreadLocalRandom.current();
    RawClient client = RawClient.login(pooled);
    switch (random.nextInt(6)) {
      case 0 -> client.sendQuery("SELECT pg_sleep(600), '" + "x".repeat(100) + "'");
      case 1 -> {
        client.query("BEGIN; LOCK TABLE parts IN ROW EXCLUSIVE MODE");
        client.sendQuery("SELECT pg_sleep(600)");
      }
      case 2 -> {
        client.sendQuery("COPY parts FROM STDIN");
        client.readUntil('G');
        client.send('d', "1\tbolt\n".getBytes(StandardCharsets.UTF_8));
      }
      case 3 -> {
        client.sendQuery("SELECT repeat('y', 1000) FROM generate_series(1, 100000)");
        client.readBytes(new byte[random.nextInt(50_000)]);
      }
      case 4 -> {
        client.query("BEGIN; SELECT 1");
        client.query("INSERT INTO parts VALUES (1, 'never committed')");
      }
      default -> {
        byte[] half = RawClient.queryMessage("SELECT 'half of a message'");
        client.send(Arrays.copyOf(half, 1 + random.nextInt(half.length - 1)));
      }
    }
    if (random.nextBoolean()) {
      client.reset();
    } else {
      client.vanish();
    }
  }

  @Test
  void psql_killed_in_queries_and_copies_leaves_nothing_behind(@TempDir Path folder)
      throws Exception {
    Path in = Files.createFile(folder.resolve("in"));
    Path out = folder.resolve("out");
    List<String> scripts =
        List.of(
            "SELECT pg_sleep(600)",
            "BEGIN; INSERT INTO parts VALUES (2, 'x'); SELECT pg_sleep(600)",
            "COPY (SELECT repeat('z', 1000) FROM generate_series(1, 100000000)) TO STDOUT",
            "COPY parts FROM PROGRAM 'yes 1'");
    try (TestPooler pooler = pooler("transaction")) {
      for (int killed = 0; killed < PROCESSES_KILLED; killed += PROCESSES_AT_ONCE) {
        List<Process> running = new ArrayList<>();
        for (int i = 0; i < PROCESSES_AT_ONCE; i++) {
          String script = scripts.get((killed + i) % scripts.size());
          Path sink = script.contains("STDOUT") ? Path.of("/dev/null") : out;
          running.add(
              Program.postgres("psql", "-XAqtc", script)
                  .connectedTo(pooler.target(direct))
                  .start(in, sink, out));
        }
        await("psql at work")
            .atMost(Duration.ofSeconds(20))
            .pollInterval(Duration.ofMillis(10))
            .until(() -> backends.count("state = 'active'") == POOL_SIZE);
        for (Process each : running) {
          each.destroyForcibly().waitFor(); // SIGKILL
        }
      }
      assertNothingLeft(pooler);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction", "statement"})
  void the_statement_of_a_vanished_client_is_cancelled(String mode) throws Exception {
    try (TestPooler pooler = pooler(mode)) {
      RawClient client = RawClient.login(pooler.target(direct));
      client.sendQuery(
          "WITH slow AS MATERIALIZED (SELECT pg_sleep(600)) SELECT * FROM slow, parts");
      backends.awaitCount("state = 'active'", 1);
      assertThat(backends.tableLocks()).isPositive();

      client.reset();

      backends.awaitQuiet();
    }
  }

  @Test
  void a_statement_is_cancelled_even_when_its_client_vanishes_with_the_last_byte_sent()
      throws Exception {
    try (TestPooler pooler = pooler("transaction")) {
      for (int i = 0; i < 100; i++) {
        RawClient client = RawClient.login(pooler.target(direct));
        client.sendQuery("SELECT pg_sleep(600)");
        client.reset();
      }

      backends.awaitQuiet();
      assertNothingLeft(pooler);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void a_client_that_vanishes_between_statements_is_rolled_back_at_once(String mode)
      throws Exception {
    try (TestPooler pooler = pooler(mode)) {
      RawClient client = RawClient.login(pooler.target(direct));
      client.query("BEGIN; SELECT 1");
      client.query("INSERT INTO parts VALUES (3, 'never committed')");
      assertThat(backends.count("state = 'idle in transaction'")).isEqualTo(1);

      client.vanish();

      backends.awaitQuiet();
      assertThat(backends.number("SELECT count(*) FROM parts")).isZero();
      assertThat(pooler.stats().servers()).isEqualTo(1);
    }
  }

  @Test
  void a_copy_whose_server_has_stopped_reading_ends_with_its_client() throws Exception {
    try (TestPooler pooler = pooler("transaction")) {
      backends.execute("BEGIN; LOCK TABLE parts");
      RawClient client = RawClient.login(pooler.target(direct));
      client.sendQuery("COPY parts FROM STDIN");
      backends.awaitCount("wait_event_type = 'Lock'", 1);

      client.reset();

      backends.awaitCount("wait_event_type = 'Lock'", 0);
      backends.execute("COMMIT");
      assertNothingLeft(pooler);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void what_was_asked_before_a_goodbye_is_finished(String mode) throws Exception {
    try (TestPooler pooler = pooler(mode)) {
      RawClient client = RawClient.login(pooler.target(direct));
      client.sendQuery("SELECT pg_sleep(1); INSERT INTO parts VALUES (4, 'kept')");
      backends.awaitCount("state = 'active'", 1);

      client.close();

      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> backends.number("SELECT count(*) FROM parts") == 1);
      assertNothingLeft(pooler);
    }
  }

  @Test
  void a_replication_client_that_vanishes_during_login_gives_its_connection_back()
      throws Exception {
    try (TestPooler pooler = pooler("transaction")) {
      for (int i = 0; i < 40; i++) {
        RawClient client = RawClient.connect(pooler.target(direct));
        client.startup(Map.of("replication", "database"));
        client.reset();
      }

      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> pooler.stats().servers() == 0 && pooler.stats().clients() == 0);
    }
  }

  private void assertNothingLeft(TestPooler pooler) throws IOException {
    backends.awaitQuiet();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> pooler.stats().clients() == 0 && pooler.stats().waiting() == 0);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> backends.count() <= POOL_SIZE && backends.count() == pooler.stats().servers());
    List<RawClient> all = new ArrayList<>();
    for (int i = 0; i < POOL_SIZE; i++) {
      RawClient client = RawClient.login(pooler.target(direct));
      assertThat(client.query("BEGIN; SELECT 1").status()).isEqualTo('T');
      assertThat(client.query("SELECT 'place " + i + "'").rows()).containsExactly("place " + i);
      all.add(client);
    }
    for (RawClient client : all) {
      client.close();
    }
    backends.awaitQuiet();
  }
}
