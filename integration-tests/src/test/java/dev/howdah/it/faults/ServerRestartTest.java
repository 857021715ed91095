package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.cli.postgres.StopMode;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A real server that ends connections, or itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerRestartTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  // What PostgreSQL says itself when it stops, and what we say when it could not.
  private static final Set<String> SERVER_LOST = Set.of("57P01", "57P02", "08006", "08007");

  private PostgresServer server;
  private Target direct;

  @BeforeAll
  void startServer() {
    server = PostgresServer.start(PostgresOptions.defaults());
  }

  @AfterAll
  void stopServer() {
    server.close();
  }

  @BeforeEach
  void makeDatabase() throws Exception {
    direct = server.createDatabase("restart");
  }

  private TestPooler pooler(String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("server_login_retry = 0.1");
    return TestPooler.before(direct, "transaction", all.toArray(String[]::new));
  }

  @Test
  void a_terminated_backend_ends_the_client_that_is_linked_to_it_in_the_servers_words()
      throws Exception {
    try (TestPooler pooler = pooler();
        Backends backends = new Backends(direct);
        RawClient running = RawClient.login(pooler.target(direct));
        RawClient other = RawClient.login(pooler.target(direct))) {
      running.sendQuery("SELECT pg_sleep(600)");
      backends.awaitCount("wait_event = 'PgSleep'", 1);

      backends.terminate("wait_event = 'PgSleep'");

      RawClient.Answer answer = running.readAnswer();
      assertThat(answer.sqlState()).isEqualTo("57P01");
      assertThat(answer.isClosed()).isTrue();
      assertThat(other.query("SELECT 1").rows()).containsExactly("1");
    }
  }

  @Test
  void a_terminated_backend_ends_the_client_that_is_idle_in_its_transaction() throws Exception {
    try (TestPooler pooler = pooler();
        Backends backends = new Backends(direct);
        RawClient idle = RawClient.login(pooler.target(direct))) {
      idle.query("BEGIN; SELECT 1");

      backends.terminate("state = 'idle in transaction'");

      RawClient.Answer answer = idle.readAnswer();
      assertThat(answer.sqlState()).isEqualTo("57P01");
      assertThat(answer.isClosed()).isTrue();
    }
  }

  @Test
  void a_terminated_backend_that_was_idle_in_its_pool_costs_nobody_anything() throws Exception {
    try (TestPooler pooler = pooler();
        Backends backends = new Backends(direct);
        RawClient client = RawClient.login(pooler.target(direct))) {
      client.query("SELECT 1");

      backends.terminate("state = 'idle'");
      await().atMost(SOON).until(() -> pooler.stats().servers() == 0);

      assertThat(client.query("SELECT 2").rows()).containsExactly("2");
    }
  }

  @Test
  void a_crash_and_restart_under_load_fails_only_what_was_running() throws Exception {
    try (Backends backends = new Backends(direct)) {
      backends.execute("CREATE TABLE done (client int, seq int, PRIMARY KEY (client, seq))");
    }
    try (TestPooler pooler = pooler("default_pool_size = 4", "query_wait_timeout = 60");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger written = new AtomicInteger();
      List<Future<Writer>> writers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Writer writer = new Writer(i, pooler.target(direct), over, written);
        writers.add(threads.submit(writer::run));
      }
      RawClient idle = RawClient.login(pooler.target(direct));
      await().atMost(SOON).until(() -> written.get() > 200);

      server.local().stop(StopMode.IMMEDIATE);
      await().atMost(SOON).until(() -> pooler.stats().waiting() > 10);
      server.local().restart();

      int before = written.get();
      await().atMost(SOON).until(() -> written.get() > before + 200);
      over.set(true);
      int failed = 0;
      int missing = 0;
      for (Future<Writer> each : writers) {
        Writer writer = each.get();
        failed += writer.failures;
        missing += writer.missing();
      }
      assertThat(failed).as("statements lost, of which 4 can have been running").isBetween(1, 8);
      assertThat(missing).as("rows that were acknowledged and are gone").isZero();
      assertThat(idle.query("SELECT 'never noticed'").rows()).containsExactly("never noticed");
      idle.close();
    }
  }

  /** Inserts rows one by one; logs in again when its session is ended. */
  private static final class Writer {
    private final int id;
    private final Target pooled;
    private final AtomicBoolean over;
    private final AtomicInteger written;
    private final List<Integer> acknowledged = new ArrayList<>();
    private int failures;

    Writer(int id, Target pooled, AtomicBoolean over, AtomicInteger written) {
      this.id = id;
      this.pooled = pooled;
      this.over = over;
      this.written = written;
    }

    Writer run() throws IOException {
      RawClient client = RawClient.login(pooled);
      for (int seq = 0; !over.get(); seq++) {
        RawClient.Answer answer = client.query("INSERT INTO done VALUES (" + id + ", " + seq + ")");
        if (answer.error().isEmpty() && !answer.isClosed()) {
          acknowledged.add(seq);
          written.incrementAndGet();
          continue;
        }
        failures++;
        assertThat(answer.sqlState()).as(answer.error().toString()).isIn(SERVER_LOST);
        assertThat(answer.isClosed()).isTrue();
        client.close();
        client = loginAgain();
      }
      client.close();
      return this;
    }

    /** A login needs no server when its welcome is known, so this succeeds while it is down. */
    private RawClient loginAgain() throws IOException {
      return RawClient.login(pooled);
    }

    int missing() throws IOException {
      List<String> there =
          RawClient.ask(pooled, "SELECT seq FROM done WHERE client = " + id).rows();
      List<String> lost = new ArrayList<>();
      acknowledged.forEach(seq -> lost.add(seq.toString()));
      lost.removeAll(there);
      return lost.size();
    }
  }

  @Test
  void a_clean_stop_under_an_idle_pool_is_noticed_by_nobody() throws Exception {
    try (TestPooler pooler = pooler();
        RawClient client = RawClient.login(pooler.target(direct))) {
      client.query("SELECT 1");
      server.local().stop(StopMode.FAST);
      await().atMost(SOON).until(() -> pooler.stats().servers() == 0);
      client.sendQuery("SELECT 'after the restart'");
      await().atMost(SOON).until(() -> pooler.stats().waiting() == 1);

      server.local().restart();

      assertThat(client.readAnswer().rows()).containsExactly("after the restart");
    }
  }
}
