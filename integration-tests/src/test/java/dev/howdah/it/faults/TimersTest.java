package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every timeout of clients and server connections, and the statements of our own. */
@ExtendWith(PostgresServer.Shared.class)
class TimersTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final PostgresServer server;
  private Target direct;
  private Backends backends;

  TimersTest(PostgresServer server) {
    this.server = server;
  }

  @BeforeEach
  void makeDatabase() throws Exception {
    direct = server.createDatabase("timers");
    backends = new Backends(direct);
  }

  @AfterEach
  void disconnect() throws Exception {
    backends.close();
  }

  private TestPooler pooler(String mode, String... lines) {
    return TestPooler.before(direct, mode, lines);
  }

  /** Half a second by the configuration, between 0.25 s and 10 s by the clock. */
  private static void assertHalfASecond(long sinceNanos) {
    assertThat(Duration.ofNanos(System.nanoTime() - sinceNanos))
        .isBetween(Duration.ofMillis(250), SOON);
  }

  private static void assertClosed(RawClient.Answer answer, String sqlState) {
    assertThat(answer.sqlState()).isEqualTo(sqlState);
    assertThat(answer.isClosed()).isTrue();
  }

  // ---- waiting ----

  @Test
  void query_wait_timeout_ends_a_client_that_waits_too_long_and_says_what_was_busy()
      throws Exception {
    try (TestPooler pooler =
            pooler("transaction", "default_pool_size = 1", "query_wait_timeout = 0.5");
        RawClient holder = RawClient.login(pooler.target(direct));
        RawClient waiter = RawClient.login(pooler.target(direct))) {
      holder.query("BEGIN; SELECT 1");
      long before = System.nanoTime();

      RawClient.Answer answer = waiter.query("SELECT 1");

      assertHalfASecond(before);
      assertClosed(answer, "53300");
      assertThat(answer.error().get('D'))
          .contains("1 of 1 in use, 1 waiting; longest held for ")
          .containsPattern(" s by client \\d+ \\(.*pid \\d+, statement 0x[0-9a-f]+\\)");
      assertThat(holder.query("SELECT 2").rows()).containsExactly("2");
    }
  }

  @Test
  void query_wait_notify_tells_a_waiting_client_once_and_it_is_served_later() throws Exception {
    try (TestPooler pooler =
            pooler("transaction", "default_pool_size = 1", "query_wait_notify = 0.2");
        RawClient holder = RawClient.login(pooler.target(direct));
        RawClient waiter = RawClient.login(pooler.target(direct))) {
      holder.query("BEGIN; SELECT 1");
      waiter.sendQuery("SELECT 'served'");

      RawClient.Message notice = waiter.readUntil('N');
      holder.query("SELECT pg_sleep(0.5)");
      holder.query("COMMIT");

      assertThat(notice.text()).contains("still waiting");
      RawClient.Answer answer = waiter.readAnswer();
      assertThat(answer.rows()).containsExactly("served");
      assertThat(answer.has('N')).isFalse();
    }
  }

  // ---- clients ----

  @Test
  void client_idle_timeout_ends_idle_clients_only() throws Exception {
    for (String mode : List.of("session", "transaction")) {
      try (TestPooler pooler = pooler(mode, "client_idle_timeout = 0.5");
          RawClient idle = RawClient.login(pooler.target(direct));
          RawClient busy = RawClient.login(pooler.target(direct))) {
        idle.query("SELECT 1");
        long before = System.nanoTime();
        busy.sendQuery("SELECT 'busy', pg_sleep(1.5)");

        assertClosed(idle.readAnswer(), "57P05");
        assertHalfASecond(before);
        assertThat(busy.readAnswer().rows()).containsExactly("busy");
      }
    }
  }

  @Test
  void client_login_timeout_ends_a_login_that_is_not_finished() throws Exception {
    try (TestPooler pooler = pooler("session", "client_login_timeout = 0.5");
        RawClient half = RawClient.connect(pooler.target(direct))) {
      long before = System.nanoTime();
      half.send(new byte[] {0, 0, 0, 50, 0, 3});

      assertClosed(half.readAnswer(), "08P01");
      assertHalfASecond(before);
      await().atMost(SOON).until(() -> pooler.stats().clients() == 0);
    }
  }

  @Test
  void idle_transaction_timeout_ends_a_transaction_without_a_statement() throws Exception {
    for (String mode : List.of("session", "transaction")) {
      try (TestPooler pooler = pooler(mode, "idle_transaction_timeout = 0.5");
          RawClient idle = RawClient.login(pooler.target(direct));
          RawClient busy = RawClient.login(pooler.target(direct))) {
        busy.query("BEGIN; SELECT 1");
        busy.sendQuery("SELECT 'busy', pg_sleep(1)");
        idle.query("BEGIN; SELECT 1");
        long before = System.nanoTime();

        assertClosed(idle.readAnswer(), "25P03");
        assertHalfASecond(before);
        assertThat(busy.readAnswer().rows()).containsExactly("busy");
        busy.query("COMMIT");
        backends.awaitQuiet();
      }
    }
  }

  @Test
  void transaction_timeout_ends_a_transaction_however_busy_it_is() throws Exception {
    try (TestPooler pooler = pooler("transaction", "transaction_timeout = 0.5");
        RawClient client = RawClient.login(pooler.target(direct))) {
      long before = System.nanoTime();
      client.query("BEGIN; SELECT 1");
      RawClient.Answer answer = client.query("SELECT 1");
      while (!answer.isClosed()) {
        answer = client.query("SELECT pg_sleep(0.05)");
      }

      assertClosed(answer, "25P04");
      assertHalfASecond(before);
      backends.awaitQuiet();
    }
  }

  @Test
  void query_timeout_ends_a_statement_and_its_locks() throws Exception {
    for (String mode : List.of("session", "transaction")) {
      try (TestPooler pooler = pooler(mode, "query_timeout = 0.5");
          RawClient client = RawClient.login(pooler.target(direct))) {
        long before = System.nanoTime();

        assertClosed(client.query("SELECT pg_sleep(600)"), "57014");

        assertHalfASecond(before);
        backends.awaitQuiet();
      }
    }
  }

  @Test
  void a_timeout_in_the_middle_of_a_row_closes_without_a_word() throws Exception {
    try (TestPooler pooler = pooler("transaction", "query_timeout = 4");
        RawClient client = RawClient.loginSlow(pooler.target(direct), 4096)) {
      // One row of 64 MB: nobody can be told anything before its end.
      client.sendQuery("SELECT repeat('r', 64000000)");
      client.readUntil('T');
      await().atMost(Duration.ofSeconds(30)).until(() -> pooler.stats().clients() == 0);

      RawClient.Answer rest = client.readAnswer();

      assertThat(rest.rows()).isEmpty();
      assertThat(rest.error()).isEmpty();
      assertThat(rest.isClosed()).isTrue();
      backends.awaitQuiet();
    }
  }

  @Test
  void limits_of_a_user_win_over_the_general_ones() throws Exception {
    backends.execute(
        "DO 'BEGIN CREATE ROLE tim LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END'");
    try (TestPooler pooler =
        TestPooler.start(
            """
            [databases]
            %s
            [users]
            tim = query_timeout=0.3 pool_mode=statement
            [pgbouncer]
            pool_mode = transaction
            query_timeout = 60
            """
                .formatted(TestPooler.entry(direct)),
            TestPooler.users("postgres", "", "tim", ""))) {
      Target tim = pooler.target(direct).as("tim", "");

      assertClosed(RawClient.ask(tim, "SELECT pg_sleep(600)"), "57014");
      assertClosed(afterBegin(tim, "BEGIN"), "0A000");
      assertThat(RawClient.ask(pooler.target(direct), "SELECT pg_sleep(0.6)").error()).isEmpty();
    }
  }

  @Test
  void statement_pooling_refuses_transaction_blocks_and_rolls_them_back() throws Exception {
    backends.execute("CREATE TABLE t (i int)");
    try (TestPooler pooler = pooler("statement")) {
      Target pooled = pooler.target(direct);

      assertClosed(afterBegin(pooled, "BEGIN; INSERT INTO t VALUES (1)"), "0A000");

      backends.awaitQuiet();
      assertThat(RawClient.ask(pooled, "BEGIN; INSERT INTO t VALUES (2); COMMIT").status())
          .isEqualTo('I');
      assertThat(RawClient.ask(pooled, "SELECT i FROM t").rows()).containsExactly("2");
    }
  }

  /** What comes after the answer to a statement that leaves a transaction open. */
  private static RawClient.Answer afterBegin(Target pooled, String sql) throws IOException {
    try (RawClient client = RawClient.login(pooled)) {
      assertThat(client.query(sql).status()).isEqualTo('T');
      return client.readAnswer();
    }
  }

  // ---- server connections ----

  @Test
  void server_lifetime_closes_an_old_connection_when_it_is_not_used() throws Exception {
    try (TestPooler pooler = pooler("transaction", "server_lifetime = 0.5", "event_loops = 1");
        RawClient client = RawClient.login(pooler.target(direct))) {
      client.query("BEGIN; SELECT 1");
      String first = client.query("SELECT pg_backend_pid()").rows().getFirst();
      client.query("SELECT pg_sleep(1)");
      assertThat(client.query("SELECT pg_backend_pid()").rows()).containsExactly(first);
      client.query("COMMIT");

      assertThat(client.query("SELECT pg_backend_pid()").rows()).doesNotContain(first);
      backends.awaitCount("true", 0);
    }
  }

  @Test
  void a_server_lifetime_of_zero_uses_each_connection_once() throws Exception {
    try (TestPooler pooler =
            TestPooler.start(
                """
                [databases]
                %s connect_query='SELECT pg_sleep(0.3)'
                [pgbouncer]
                pool_mode = transaction
                server_lifetime = 0
                """
                    .formatted(TestPooler.entry(direct)));
        RawClient client = RawClient.login(pooler.target(direct))) {
      String first = client.query("SELECT pg_backend_pid()").rows().getFirst();
      String second = client.query("SELECT pg_backend_pid()").rows().getFirst();

      assertThat(second).isNotEqualTo(first);
    }
  }

  @Test
  void server_idle_timeout_closes_a_connection_that_nobody_uses() throws Exception {
    try (TestPooler pooler = pooler("transaction", "server_idle_timeout = 0.5");
        RawClient client = RawClient.login(pooler.target(direct))) {
      client.query("SELECT 1");
      long before = System.nanoTime();
      assertThat(pooler.stats().servers()).isEqualTo(1);

      backends.awaitCount("true", 0);

      assertHalfASecond(before);
      assertThat(client.query("SELECT 2").rows()).containsExactly("2");
    }
  }

  @Test
  void server_login_retry_spaces_the_attempts_and_refuses_logins_meanwhile() throws Exception {
    try (FakePostgres refusing =
            FakePostgres.start((link, _) ->
                link.send(FakePostgres.fatal("53300", "sorry, too many clients already")));
        TestPooler pooler =
            TestPooler.before(refusing.target(), "transaction", "server_login_retry = 30")) {
      for (int i = 0; i < 5; i++) {
        assertClosed(RawClient.tryLogin(pooler.target(refusing.target())), "53300");
      }

      assertThat(refusing.logins()).isEqualTo(1);
    }
  }

  @Test
  void server_check_query_is_sent_to_one_connection_that_was_unused_for_server_check_delay()
      throws Exception {
    try (FakePostgres fake = wellBehaved();
        TestPooler pooler =
            TestPooler.before(
                fake.target(),
                "transaction",
                "event_loops = 1",
                "server_check_query = SELECT 'check'",
                "server_check_delay = 0.3")) {
      Target pooled = pooler.target(fake.target());
      try (RawClient one = RawClient.login(pooled);
          RawClient two = RawClient.login(pooled)) {
        one.sendQuery("SELECT 'slow'");
        two.sendQuery("SELECT 'slow'");
        one.readAnswer();
        two.readAnswer();
        await().atMost(SOON).until(() -> fake.logins() == 2); // the first may have served both
        assertThat(fake.queries()).doesNotContain("SELECT 'check'");

        await()
            .pollInterval(Duration.ofMillis(500)) // each time unused for longer than the delay
            .atMost(SOON)
            .until(() -> one.query("SELECT 'late'").error().isEmpty() && checks(fake) > 0);

        assertThat(checks(fake)).isEqualTo(1);
        assertThat(fake.logins()).isEqualTo(2);
      }
    }
  }

  @Test
  void a_server_check_delay_of_zero_checks_always() throws Exception {
    try (FakePostgres fake = wellBehaved();
        TestPooler pooler =
            TestPooler.before(
                fake.target(),
                "transaction",
                "event_loops = 1",
                "server_check_query = SELECT 'check'",
                "server_check_delay = 0")) {
      try (RawClient client = RawClient.login(pooler.target(fake.target()))) {
        int checksBefore = checks(fake);
        for (int i = 0; i < 5; i++) {
          client.query("SELECT 1");
        }
        assertThat(checks(fake) - checksBefore).isBetween(4, 5);
      }
    }
  }

  private static int checks(FakePostgres fake) {
    return (int) fake.queries().stream().filter("SELECT 'check'"::equals).count();
  }

  private static FakePostgres wellBehaved() throws IOException {
    return FakePostgres.start((link, _) -> {
      link.acceptLogin();
      link.behave();
    });
  }

  @Test
  void connect_query_runs_before_the_first_client() throws Exception {
    try (TestPooler pooler =
        TestPooler.start(
            """
            [databases]
            %s connect_query='SET search_path = elsewhere'
            [pgbouncer]
            pool_mode = transaction
            """
                .formatted(TestPooler.entry(direct)))) {
      assertThat(RawClient.ask(pooler.target(direct), "SHOW search_path").rows())
          .containsExactly("elsewhere");
    }
  }

  @Test
  void server_reset_query_runs_between_sessions_and_not_between_transactions() throws Exception {
    try (TestPooler pooler = pooler("session", "default_pool_size = 1")) {
      RawClient.ask(pooler.target(direct), "SET work_mem = '123kB'");
      assertThat(RawClient.ask(pooler.target(direct), "SHOW work_mem").rows())
          .containsExactly("4MB");
    }
    try (TestPooler pooler = pooler("transaction", "default_pool_size = 1");
        RawClient client = RawClient.login(pooler.target(direct))) {
      client.query("SET work_mem = '123kB'");
      assertThat(client.query("SHOW work_mem").rows()).containsExactly("123kB");
    }
  }

  @Test
  void server_reset_query_always_runs_after_each_transaction() throws Exception {
    try (TestPooler pooler =
            pooler(
                "transaction",
                "default_pool_size = 1",
                "server_reset_query_always = 1",
                "session_state = off"); // or the value would follow its client
        RawClient client = RawClient.login(pooler.target(direct))) {
      client.query("SET work_mem = '123kB'");

      assertThat(client.query("SHOW work_mem").rows()).containsExactly("4MB");
    }
  }
}
