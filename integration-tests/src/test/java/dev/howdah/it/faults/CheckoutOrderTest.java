package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets which server connection, to which host, and in which order. */
@ExtendWith(PostgresServer.Shared.class)
class CheckoutOrderTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final PostgresServer server;

  CheckoutOrderTest(PostgresServer server) {
    this.server = server;
  }

  /** Opens three server connections, then asks nine times which one answers. */
  private static Set<String> processesThatAnswer(Target pooled) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RawClient client = RawClient.login(pooled);
      client.query("BEGIN; SELECT 1");
      clients.add(client);
    }
    for (RawClient client : clients) {
      client.query("COMMIT");
    }
    Set<String> processes = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      processes.addAll(clients.getFirst().query("SELECT pg_backend_pid()").rows());
    }
    for (RawClient client : clients) {
      client.close();
    }
    return processes;
  }

  @Test
  void the_connection_used_last_is_used_next() throws Exception {
    Target direct = server.createDatabase("order");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "event_loops = 1")) {
      assertThat(processesThatAnswer(pooler.target(direct))).hasSize(1);
    }
  }

  @Test
  void server_round_robin_uses_all_connections_in_turn() throws Exception {
    Target direct = server.createDatabase("order");
    try (TestPooler pooler =
        TestPooler.before(direct, "transaction", "event_loops = 1", "server_round_robin = 1")) {
      assertThat(processesThatAnswer(pooler.target(direct))).hasSize(3);
    }
  }

  @Test
  void who_waits_first_is_served_first() throws Exception {
    Target direct = server.createDatabase("order");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "default_pool_size = 1");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        RawClient holder = RawClient.login(pooler.target(direct))) {
      holder.query("BEGIN; SELECT 1");
      var served = new ConcurrentLinkedQueue<String>();
      List<Future<?>> waiting = new ArrayList<>();
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        RawClient client = RawClient.login(pooler.target(direct));
        clients.add(client);
        client.sendQuery("SELECT " + i + ", pg_sleep(0.02)");
        int queued = i + 1;
        await().atMost(SOON).until(() -> pooler.stats().waiting() == queued);
        waiting.add(threads.submit(() -> served.addAll(client.readAnswer().rows())));
      }

      holder.query("COMMIT");

      for (Future<?> each : waiting) {
        each.get();
      }
      assertThat(served).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void a_dead_host_among_several_costs_no_client_an_error() throws Exception {
    Target direct = server.createDatabase("order");
    Target dead = direct.in(direct.database());
    // A second loopback address with nobody on the server's port.
    String hosts = "127.0.0.2," + dead.endpoint().host();
    for (String choice : List.of("round-robin", "disable")) {
      try (TestPooler pooler =
          TestPooler.start(
              """
              [databases]
              %s = host=%s port=%d load_balance_hosts=%s
              [pgbouncer]
              pool_mode = session
              """
                  .formatted(direct.database(), hosts, direct.endpoint().port(), choice))) {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          RawClient client = RawClient.login(pooler.target(direct));
          assertThat(client.query("SELECT 1").rows()).containsExactly("1");
          clients.add(client);
        }
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void new_connections_take_the_hosts_in_turn() throws Exception {
    assertConnections("round-robin", 2, 2);
  }

  @Test
  void new_connections_stay_with_the_first_host_when_balancing_is_off() throws Exception {
    assertConnections("disable", 4, 0);
  }

  private static void assertConnections(String choice, int toOne, int toTwo) throws Exception {
    try (FakePostgres one = FakePostgres.start(CheckoutOrderTest::behave);
        FakePostgres two = FakePostgres.start("127.0.0.3", one.port(), CheckoutOrderTest::behave);
        TestPooler pooler = twoHosts(one.port(), choice)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        RawClient client = RawClient.login(pooler.target(one.target()));
        assertThat(client.query("SELECT 1").rows()).containsExactly("fine");
        clients.add(client);
      }
      assertThat(one.logins()).isEqualTo(toOne);
      assertThat(two.logins()).isEqualTo(toTwo);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"round-robin", "disable"})
  void a_host_that_accepts_and_says_nothing_is_left_for_the_next(String choice) throws Exception {
    try (FakePostgres silent = FakePostgres.start((link, _) -> link.hang());
        FakePostgres sound =
            FakePostgres.start("127.0.0.3", silent.port(), CheckoutOrderTest::behave);
        TestPooler pooler = twoHosts(silent.port(), choice)) {
      await()
          .atMost(SOON)
          .until(() -> RawClient.tryLogin(pooler.target(sound.target())).status() == 'I');
    }
  }

  private static TestPooler twoHosts(int port, String choice) {
    return TestPooler.start(
        """
        [databases]
        fake = host=127.0.0.1,127.0.0.3 port=%d load_balance_hosts=%s
        [pgbouncer]
        pool_mode = session
        event_loops = 1
        server_connect_timeout = 0.5
        server_login_retry = 0.1
        """
            .formatted(port, choice));
  }

  private static void behave(FakePostgres.Link link, int number) throws IOException {
    link.acceptLogin();
    link.behave();
  }

  @Test
  void the_star_entry_serves_every_database_under_its_own_name() throws Exception {
    Target one = server.createDatabase("order");
    Target two = server.createDatabase("order");
    try (TestPooler pooler =
        TestPooler.start(
            """
            [databases]
            * = host=127.0.0.1 port=%d
            [pgbouncer]
            pool_mode = transaction
            """
                .formatted(one.endpoint().port()))) {
      for (Target each : List.of(one, two)) {
        assertThat(RawClient.ask(pooler.target(each), "SELECT current_database()").rows())
            .containsExactly(each.database());
      }
      RawClient.Answer missing = RawClient.tryLogin(pooler.target(one.in("no_such_database")));
      assertThat(missing.sqlState()).isEqualTo("3D000");
    }
  }

  @Test
  void a_database_that_is_not_listed_is_refused_without_asking_a_server() throws Exception {
    Target direct = server.createDatabase("order");
    try (TestPooler pooler = TestPooler.before(direct, "transaction")) {
      RawClient.Answer refused = RawClient.tryLogin(pooler.target(direct.in("unlisted")));

      assertThat(refused.sqlState()).isEqualTo("3D000");
      assertThat(pooler.stats().servers()).isZero();
    }
  }

  @Test
  void a_query_sent_together_with_the_startup_packet_is_answered() throws Exception {
    Target direct = server.createDatabase("order");
    for (String mode : List.of("session", "transaction")) {
      try (TestPooler pooler = TestPooler.before(direct, mode)) {
        Target pooled = pooler.target(direct);
        for (int i = 0; i < 3; i++) { // the second is welcomed without asking a server
          try (RawClient client = RawClient.connect(pooled)) {
            byte[] startup = RawClient.startupPacket(pooled, Map.of());
            byte[] query = RawClient.queryMessage("SELECT 'early'");
            byte[] both = Arrays.copyOf(startup, startup.length + query.length);
            System.arraycopy(query, 0, both, startup.length, query.length);
            client.send(both);

            assertThat(client.readAnswer().status()).isEqualTo('I');
            assertThat(client.readAnswer().rows()).containsExactly("early");
          }
        }
      }
    }
  }
}
