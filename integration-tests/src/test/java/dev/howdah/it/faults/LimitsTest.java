package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many connections there may be, of every kind that can be limited. */
@ExtendWith(PostgresServer.Shared.class)
class LimitsTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final PostgresServer server;
  private Target direct;
  private Backends backends;

  LimitsTest(PostgresServer server) {
    this.server = server;
  }

  @BeforeEach
  void makeDatabase() throws Exception {
    direct = server.createDatabase("limits");
    backends = new Backends(direct);
    backends.execute(
        "DO 'BEGIN CREATE ROLE ann LOGIN; CREATE ROLE bob LOGIN;"
            + " EXCEPTION WHEN duplicate_object THEN NULL; END'");
  }

  @AfterEach
  void disconnect() throws Exception {
    backends.close();
  }

  private TestPooler pooler(String... lines) {
    return TestPooler.before(direct, "transaction", lines);
  }

  private TestPooler poolerForAll(String databaseOptions, String users, String... lines) {
    return TestPooler.start(
        """
        [databases]
        %s %s
        [users]
        %s
        [pgbouncer]
        pool_mode = transaction
        %s
        """
            .formatted(TestPooler.entry(direct), databaseOptions, users, String.join("\n", lines)),
        TestPooler.users("postgres", "", "ann", "", "bob", ""));
  }

  private static List<RawClient> logins(Target pooled, int count) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(RawClient.login(pooled));
    }
    return clients;
  }

  private static void closeAll(List<RawClient> clients) throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private static void assertFull(RawClient.Answer refused) {
    assertThat(refused.sqlState()).isEqualTo("53300");
    assertThat(refused.isClosed()).isTrue();
    assertThat(refused.error()).containsKey('D');
  }

  private static void awaitPlace(Target pooled) {
    await().atMost(SOON).until(() -> RawClient.tryLogin(pooled).status() == 'I');
  }

  @Test
  void one_client_more_than_max_client_conn_is_refused_and_a_free_place_is_used_again()
      throws Exception {
    try (TestPooler pooler = pooler("max_client_conn = 3")) {
      Target pooled = pooler.target(direct);
      List<RawClient> clients = logins(pooled, 3);

      assertFull(RawClient.tryLogin(pooled));
      assertThat(clients.getFirst().query("SELECT 1").error()).isEmpty();
      clients.removeLast().reset();
      awaitPlace(pooled);
      closeAll(clients);
    }
  }

  @Test
  void max_db_client_connections_counts_all_users_of_a_database() throws Exception {
    try (TestPooler pooler = poolerForAll("", "", "max_db_client_connections = 2")) {
      Target pooled = pooler.target(direct);
      List<RawClient> clients = logins(pooled.as("ann", ""), 1);
      clients.addAll(logins(pooled.as("bob", ""), 1));

      assertFull(RawClient.tryLogin(pooled));
      clients.removeLast().close();
      awaitPlace(pooled);
      closeAll(clients);
    }
  }

  @Test
  void max_user_client_connections_counts_the_clients_of_a_user() throws Exception {
    try (TestPooler pooler =
        poolerForAll(
            "", "bob = max_user_client_connections=2", "max_user_client_connections = 1")) {
      Target ann = pooler.target(direct).as("ann", "");
      Target bob = pooler.target(direct).as("bob", "");
      List<RawClient> clients = logins(ann, 1);
      clients.addAll(logins(bob, 2));

      assertFull(RawClient.tryLogin(ann));
      assertFull(RawClient.tryLogin(bob));
      clients.removeFirst().close();
      awaitPlace(ann);
      closeAll(clients);
    }
  }

  @Test
  void default_pool_size_is_reached_and_never_exceeded() throws Exception {
    try (TestPooler pooler = pooler("default_pool_size = 3");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<RawClient.Answer>> asked =
          askAll(threads, pooler.target(direct), 12, "SELECT pg_sleep(0.2)");

      backends.awaitCount("state = 'active'", 3);
      assertAllAnswered(asked);
      assertThat(backends.count()).isEqualTo(3);
    }
  }

  private static List<Future<RawClient.Answer>> askAll(
      ExecutorService threads, Target pooled, int clients, String sql) {
    List<Future<RawClient.Answer>> asked = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      asked.add(threads.submit(() -> RawClient.ask(pooled, sql)));
    }
    return asked;
  }

  private static void assertAllAnswered(List<Future<RawClient.Answer>> asked) throws Exception {
    for (Future<RawClient.Answer> each : asked) {
      assertThat(each.get().error()).isEmpty();
    }
  }

  @Test
  void pool_size_of_a_database_and_of_a_user_win_over_the_default() throws Exception {
    try (TestPooler pooler =
            poolerForAll("pool_size=2", "ann = pool_size=1", "default_pool_size = 5");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Target pooled = pooler.target(direct);
      List<Future<RawClient.Answer>> asked =
          askAll(threads, pooled.as("ann", ""), 4, "SELECT pg_sleep(0.2)");
      asked.addAll(askAll(threads, pooled.as("bob", ""), 4, "SELECT pg_sleep(0.2)"));

      assertAllAnswered(asked);
      assertThat(backends.count("usename = 'ann'")).isEqualTo(1);
      assertThat(backends.count("usename = 'bob'")).isEqualTo(2);
    }
  }

  @Test
  void min_pool_size_is_kept_open_while_there_are_clients() throws Exception {
    try (TestPooler pooler =
            pooler("min_pool_size = 3", "default_pool_size = 5", "server_idle_timeout = 0.3");
        RawClient client = RawClient.login(pooler.target(direct))) {
      client.query("SELECT 1");

      backends.awaitCount("state = 'idle'", 3);
      backends.terminate("true");
      backends.awaitCount("state = 'idle'", 3);
    }
  }

  @Test
  void min_pool_size_is_opened_before_the_first_client_when_the_user_is_forced() throws Exception {
    try (TestPooler pooler =
        poolerForAll("user=ann", "", "min_pool_size = 2", "default_pool_size = 5")) {
      RawClient.ask(pooler.target(direct), "SELECT 1");

      backends.awaitCount("usename = 'ann'", 2);
    }
  }

  @Test
  void the_reserve_is_opened_for_a_client_that_has_waited_reserve_pool_timeout() throws Exception {
    try (TestPooler pooler =
        pooler("default_pool_size = 1", "reserve_pool_size = 1", "reserve_pool_timeout = 0.5")) {
      List<RawClient> clients = logins(pooler.target(direct), 3);
      clients.get(0).query("BEGIN; SELECT 1");
      long before = System.nanoTime();

      assertThat(clients.get(1).query("BEGIN; SELECT 1").status()).isEqualTo('T');

      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
      clients.get(2).sendQuery("SELECT 'third'");
      await().atMost(SOON).until(() -> pooler.stats().waiting() == 1);
      assertThat(pooler.stats().servers()).isEqualTo(2);
      clients.get(0).query("COMMIT");
      assertThat(clients.get(2).readAnswer().rows()).containsExactly("third");
      closeAll(clients);
    }
  }

  @Test
  void max_db_connections_closes_an_idle_connection_of_another_user() throws Exception {
    try (TestPooler pooler = poolerForAll("", "", "max_db_connections = 2")) {
      Target ann = pooler.target(direct).as("ann", "");
      Target bob = pooler.target(direct).as("bob", "");
      List<RawClient> clients = logins(ann, 2);
      clients.get(0).query("BEGIN; SELECT 1");
      clients.get(1).query("BEGIN; SELECT 1");
      clients.get(1).query("COMMIT");

      assertThat(RawClient.ask(bob, "SELECT 'evicted one'").rows()).containsExactly("evicted one");

      assertThat(backends.count("usename = 'bob'")).isEqualTo(1);
      assertThat(pooler.stats().servers()).isEqualTo(2);
      closeAll(clients);
    }
  }

  @Test
  void max_db_connections_makes_the_event_loops_share() throws Exception {
    try (TestPooler pooler = pooler("max_db_connections = 2", "event_loops = 2");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<RawClient> clients = logins(pooler.target(direct), 8);
      for (int round = 0; round < 20; round++) {
        List<Future<RawClient.Answer>> asked = new ArrayList<>();
        for (RawClient client : clients) {
          asked.add(threads.submit(() -> client.query("SELECT 1")));
        }
        assertAllAnswered(asked);
      }
      assertThat(backends.count()).isLessThanOrEqualTo(2);
      closeAll(clients);
    }
  }

  @Test
  void max_user_connections_closes_an_idle_connection_to_another_database() throws Exception {
    Target other = server.createDatabase("limits");
    String entries = "\n" + TestPooler.entry(other);
    try (TestPooler pooler = poolerForAll(entries, "", "max_user_connections = 1")) {
      Target pooled = pooler.target(direct).as("ann", "");

      for (int i = 0; i < 3; i++) {
        assertThat(RawClient.ask(pooled, "SELECT current_database()").rows())
            .containsExactly(direct.database());
        assertThat(RawClient.ask(pooled.in(other.database()), "SELECT current_database()").rows())
            .containsExactly(other.database());
        assertThat(pooler.stats().servers()).isEqualTo(1);
      }
    }
  }

  @Test
  void a_pool_of_eight_over_two_event_loops_serves_eight_clients_of_one_loop() throws Exception {
    try (TestPooler pooler = pooler("event_loops = 2", "default_pool_size = 8")) {
      // Clients are given to the event loops in turn, so every other one shares a loop.
      List<RawClient> clients = logins(pooler.target(direct), 16);
      for (int i = 1; i < 16; i += 2) {
        assertThat(clients.get(i).query("BEGIN; SELECT 1").status()).isEqualTo('T');
      }
      assertThat(backends.count("state = 'idle in transaction'")).isEqualTo(8);
      for (int i = 1; i < 16; i += 2) {
        clients.get(i).query("COMMIT");
      }

      // Now all eight connections lie idle on that loop; the other loop's clients need them.
      for (int i = 0; i < 16; i += 2) {
        assertThat(clients.get(i).query("BEGIN; SELECT 1").status()).isEqualTo('T');
      }
      assertThat(backends.count("state = 'idle in transaction'")).isEqualTo(8);
      assertThat(backends.count()).isEqualTo(8);
      closeAll(clients);
    }
  }

  @Test
  void a_client_that_vanishes_while_it_changes_the_event_loop_gives_its_place_back()
      throws Exception {
    try (TestPooler pooler = pooler("event_loops = 2", "default_pool_size = 1")) {
      Target pooled = pooler.target(direct);
      for (int i = 0; i < 200; i++) {
        RawClient client = RawClient.connect(pooled);
        client.startup(Map.of());
        client.reset();
      }

      await().atMost(SOON).until(() -> pooler.stats().clients() == 0);
      assertThat(RawClient.ask(pooled, "SELECT 1").rows()).containsExactly("1");
    }
  }
}
