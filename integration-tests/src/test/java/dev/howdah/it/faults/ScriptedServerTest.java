package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that break off, talk nonsense or say no: who hears of it, and that the pool recovers. */
class ScriptedServerTest {
  private static final byte[] ROW = FakePostgres.row("a row of which half is sent");

  /** What one bad connection does; later ones behave. */
  @FunctionalInterface
  private interface Misdeed {
    void commit(FakePostgres.Link link) throws IOException;
  }

  private static FakePostgres firstConnection(Misdeed misdeed) throws IOException {
    return FakePostgres.start((link, number) -> {
      if (number == 1) {
        misdeed.commit(link);
      } else {
        link.acceptLogin();
        link.behave();
      }
    });
  }

  /** The first connection logs in, answers one query well, and commits its misdeed on the next. */
  private static FakePostgres secondQuery(Misdeed misdeed) throws IOException {
    return firstConnection(link -> {
      link.acceptLogin();
      link.receive();
      link.send(FakePostgres.answer("fine"));
      link.receive();
      misdeed.commit(link);
    });
  }

  private static TestPooler pooler(FakePostgres fake, String... lines) {
    String[] all = Arrays.copyOf(lines, lines.length + 2);
    all[lines.length] = "default_pool_size = 1";
    all[lines.length + 1] = "server_login_retry = 0.1";
    return TestPooler.before(fake.target(), "transaction", all);
  }

  /** Runs two queries; the second meets the misdeed. Then a bystander is served. */
  private static RawClient.Answer answerTo(Misdeed misdeed) throws IOException {
    try (FakePostgres fake = secondQuery(misdeed);
        TestPooler pooler = pooler(fake);
        RawClient bystander = RawClient.login(pooler.target(fake.target()));
        RawClient client = RawClient.login(pooler.target(fake.target()))) {
      assertThat(client.query("SELECT 1").rows()).containsExactly("fine");
      RawClient.Answer answer = client.query("SELECT 2");
      assertThat(bystander.query("SELECT 3").rows()).containsExactly("fine");
      assertThat(fake.logins()).isEqualTo(2);
      return answer;
    }
  }

  @Test
  void a_server_that_closes_before_it_answers_leaves_the_outcome_unknown() throws Exception {
    RawClient.Answer answer = answerTo(link -> {});

    assertThat(answer.sqlState()).isEqualTo("08007");
    assertThat(answer.isClosed()).isTrue();
  }

  @Test
  void a_server_that_resets_before_it_answers_leaves_the_outcome_unknown() throws Exception {
    assertThat(answerTo(FakePostgres.Link::reset).sqlState()).isEqualTo("08007");
  }

  @Test
  void a_server_that_closes_between_rows_leaves_the_outcome_unknown() throws Exception {
    RawClient.Answer answer = answerTo(link -> link.send(ROW));

    assertThat(answer.rows()).hasSize(1);
    assertThat(answer.sqlState()).isEqualTo("08007");
  }

  @Test
  void a_server_that_closes_inside_a_row_never_makes_the_client_take_an_error_for_data()
      throws Exception {
    for (int sent = 6; sent < ROW.length; sent++) {
      byte[] part = Arrays.copyOf(ROW, sent);

      RawClient.Answer answer = answerTo(link -> link.send(part));

      assertThat(answer.rows()).isEmpty();
      assertThat(answer.isClosed()).isTrue();
    }
  }

  @Test
  void a_server_that_closes_inside_a_header_leaves_the_outcome_unknown() throws Exception {
    RawClient.Answer answer = answerTo(link -> link.send(Arrays.copyOf(ROW, 3)));

    assertThat(answer.sqlState()).isEqualTo("08007");
  }

  @Test
  void nonsense_from_a_server_leaves_the_outcome_unknown() throws Exception {
    byte[] nonsense = new byte[100];
    Arrays.fill(nonsense, (byte) 0xFE);

    RawClient.Answer answer =
        answerTo(link -> {
          link.send(nonsense);
          link.hang();
        });

    assertThat(answer.sqlState()).isEqualTo("08007");
    assertThat(answer.message()).contains("impossible length");
  }

  @Test
  void a_message_of_two_gigabytes_takes_no_memory_and_ends_with_its_connection() throws Exception {
    byte[] head = {'D', 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0, 1};

    RawClient.Answer answer =
        answerTo(link -> {
          link.send(head);
          link.send(new byte[10_000]);
        });

    assertThat(answer.rows()).isEmpty();
    assertThat(answer.isClosed()).isTrue();
  }

  @Test
  void a_ready_that_nobody_asked_for_costs_only_the_client_that_was_linked() throws Exception {
    RawClient.Answer answer =
        answerTo(link -> {
          link.send(FakePostgres.ready('T'));
          link.send(FakePostgres.ready('T'));
          link.hang();
        });

    // The first one ended the statement for all the client can know.
    assertThat(answer.status()).isEqualTo('T');
  }

  @ParameterizedTest
  @CsvSource({"Z, true", "D, true", "T, true", "~, true", "N, false", "A, false", "S, false"})
  void only_notices_notifications_and_parameters_may_come_on_an_idle_connection(
      char type, boolean closed) throws Exception {
    byte[] body = type == 'S' ? new byte[] {'a', 0, 'b', 0} : new byte[] {'I'};
    try (FakePostgres fake =
            firstConnection(link -> {
              link.acceptLogin();
              link.receive();
              link.send(FakePostgres.answer("fine"));
              link.send(RawClient.message(type, body));
              link.behave();
            });
        TestPooler pooler = pooler(fake);
        RawClient client = RawClient.login(pooler.target(fake.target()))) {
      assertThat(client.query("SELECT 1").rows()).containsExactly("fine");
      if (closed) {
        await().atMost(Duration.ofSeconds(5)).until(() -> pooler.stats().servers() == 0);
      }

      for (int i = 0; i < 3; i++) {
        assertThat(client.query("SELECT 2").rows()).containsExactly("fine");
      }
      assertThat(fake.logins()).isEqualTo(closed ? 2 : 1);
    }
  }

  @Test
  void an_idle_connection_that_ends_is_noticed_before_it_is_handed_out() throws Exception {
    try (FakePostgres fake =
            firstConnection(link -> {
              link.acceptLogin();
              link.receive();
              link.send(FakePostgres.answer("fine"));
              link.send(FakePostgres.fatal("57P01", "terminating connection"));
            });
        TestPooler pooler = pooler(fake);
        RawClient client = RawClient.login(pooler.target(fake.target()))) {
      client.query("SELECT 1");
      await().atMost(Duration.ofSeconds(5)).until(() -> pooler.stats().servers() == 0);

      assertThat(client.query("SELECT 2").rows()).containsExactly("fine");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3D000, database \"fake\" does not exist",
    "28P01, password authentication failed",
    "53300, sorry too many clients already",
    "57P03, the database system is starting up"
  })
  void a_refused_login_is_passed_on_in_the_servers_words_and_tried_again(
      String sqlState, String words) throws Exception {
    try (FakePostgres fake =
            firstConnection(link -> link.send(FakePostgres.fatal(sqlState, words)));
        TestPooler pooler = pooler(fake)) {

      RawClient.Answer refused = RawClient.tryLogin(pooler.target(fake.target()));

      assertThat(refused.sqlState()).isEqualTo(sqlState);
      assertThat(refused.message()).isEqualTo(words);
      awaitService(pooler, fake);
    }
  }

  @Test
  void a_server_that_closes_during_login_is_named_in_an_08006() throws Exception {
    try (FakePostgres fake =
            firstConnection(link -> link.send(RawClient.message('R', RawClient.int32(0))));
        TestPooler pooler = pooler(fake)) {

      RawClient.Answer refused = RawClient.tryLogin(pooler.target(fake.target()));

      assertThat(refused.sqlState()).isEqualTo("08006");
      assertThat(refused.message()).contains("127.0.0.1:" + fake.port());
      awaitService(pooler, fake);
    }
  }

  @Test
  void a_server_that_is_no_postgresql_is_named_in_an_08006() throws Exception {
    try (FakePostgres fake =
            firstConnection(link -> {
              link.send("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
              link.hang();
            });
        TestPooler pooler = pooler(fake)) {

      RawClient.Answer refused = RawClient.tryLogin(pooler.target(fake.target()));

      assertThat(refused.sqlState()).isEqualTo("08006");
      awaitService(pooler, fake);
    }
  }

  @Test
  void a_server_that_never_answers_the_login_is_given_up_after_server_connect_timeout()
      throws Exception {
    try (FakePostgres fake = firstConnection(FakePostgres.Link::hang);
        TestPooler pooler = pooler(fake, "server_connect_timeout = 0.5")) {

      RawClient.Answer refused = RawClient.tryLogin(pooler.target(fake.target()));

      assertThat(refused.sqlState()).isEqualTo("08006");
      assertThat(refused.message()).contains("server_connect_timeout");
      awaitService(pooler, fake);
    }
  }

  @Test
  void a_server_connect_timeout_of_zero_waits() throws Exception {
    try (FakePostgres fake =
            FakePostgres.start((link, _) -> {
              link.acceptLogin();
              link.behave();
            });
        TestPooler pooler = pooler(fake, "server_connect_timeout = 0")) {
      assertThat(RawClient.ask(pooler.target(fake.target()), "SELECT 1").rows())
          .containsExactly("fine");
    }
  }

  private static void awaitService(TestPooler pooler, FakePostgres fake) {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> RawClient.tryLogin(pooler.target(fake.target())).status() == 'I');
    assertThat(pooler.stats().servers()).isEqualTo(1);
  }
}
