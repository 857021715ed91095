package dev.howdah.pooler.client;

import static dev.howdah.pooler.server.Wire.error;
import static dev.howdah.pooler.server.Wire.message;
import static dev.howdah.pooler.server.Wire.parameter;
import static dev.howdah.pooler.server.Wire.query;
import static dev.howdah.pooler.server.Wire.ready;
import static dev.howdah.pooler.server.Wire.receive;
import static dev.howdah.pooler.server.Wire.sent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.TestConfig;
import dev.howdah.pooler.config.AuthType;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolCounters;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.route.Router;
import dev.howdah.pooler.server.FakeServers;
import dev.howdah.pooler.server.ServerConnection;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.ServerState;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.tls.TlsCounters;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client and a server that are both scripted, with the real session, pool and link between. */
class ClientSessionTest {
  private static final byte[] DONE = message('C', "SELECT 1\0");

  private final FakeServers servers = new FakeServers();
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final Lane lane = new Lane(loop.eventLoop(), 0);
  private House house = new House("pool_mode = transaction\nlazy_begin = 0\ndefault_pool_size = 1");

  /** One pooler with one event loop. */
  private final class House {
    final ClientHouse clients;
    final Router router;
    final Pool pool;

    House(String main) {
      LiveConfig live = TestConfig.live(TestConfig.withMain(main));
      var pools =
          new Pools(
              live,
              List.of(lane),
              servers,
              (_, user) -> new ServerCredentials(user, null, Runnable::run));
      var random = new SecureRandom();
      var secrets = new UserSecrets(live, Runnable::run, random);
      router = new Router(live, pools);
      clients =
          new ClientHouse(
              live,
              router,
              pools,
              secrets,
              random,
              Runnable::run,
              TestPeers.none(),
              new TlsCounters());
      pool = router.pool(router.database("erp"), "anna");
    }
  }

  @AfterEach
  void nothing_leaks_and_nobody_stays() {
    assertThat(servers.finish()).isZero();
    assertThat(lane.residents()).isEmpty();
    assertThat(house.clients.clients().used()).isZero();
    assertThat(house.pool.clientCount()).isZero();
    assertThat(house.pool.serverCount()).isZero();
    loop.finishAndReleaseAll();
  }

  @Test
  void the_first_client_is_welcomed_with_what_its_server_reports() {
    EmbeddedChannel client = logIn(Settings.NONE);
    assertThat(sent(client)).isEmpty();

    servers.accept();

    assertThat(sent(client))
        .startsWith("R()")
        .contains("S(TimeZone|UTC)", "S(server_version|18.1)", "K(")
        .endsWith("Z(I)");
  }

  @Test
  void the_next_client_is_welcomed_without_asking_a_server() {
    logIn(Settings.NONE);
    servers.accept();

    assertThat(sent(logIn(Settings.NONE))).endsWith("Z(I)");
  }

  @Test
  void a_transaction_keeps_its_server_and_the_next_one_takes_another_client() {
    EmbeddedChannel one = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    EmbeddedChannel two = logIn(Settings.NONE);
    sent(one);
    sent(two);

    receive(one, query("BEGIN"));
    receive(two, query("SELECT 2"));
    assertThat(sent(server)).isEqualTo("Q(BEGIN)");
    receive(server, message('C', "BEGIN\0"), ready('T'));
    assertThat(sent(one)).isEqualTo("C(BEGIN) Z(T)");
    receive(one, query("COMMIT"));
    assertThat(sent(server)).isEqualTo("Q(COMMIT)");
    receive(server, message('C', "COMMIT\0"), ready('I'));

    assertThat(sent(one)).isEqualTo("C(COMMIT) Z(I)");
    assertThat(sent(server)).isEqualTo("Q(SELECT 2)");
    receive(server, DONE, ready('I'));
    assertThat(sent(two)).isEqualTo("C(SELECT 1) Z(I)");
    assertThat(sent(one)).isEmpty();
  }

  @Test
  void settings_follow_the_client_from_server_to_server() {
    EmbeddedChannel one = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    EmbeddedChannel two = logIn(Settings.NONE);
    receive(one, query("SET timezone = 'GMT'"));
    receive(server, parameter("TimeZone", "GMT"), message('C', "SET\0"), ready('I'));
    sent(server);

    receive(two, query("SELECT 2"));
    assertThat(sent(server)).isEqualTo("Q(RESET \"timezone\";) Q(SELECT 2)");
    receive(server, message('C', "RESET\0"), ready('I'), DONE, ready('I'));

    receive(one, query("SELECT 1"));
    assertThat(sent(server))
        .isEqualTo("Q(SELECT pg_catalog.set_config('timezone','GMT',false)) Q(SELECT 1)");
    receive(server, DONE, ready('I'), DONE, ready('I'));
  }

  @Test
  void settings_that_postgresql_refuses_end_the_login() {
    EmbeddedChannel client = logIn(Settings.NONE.with("timezone", "nowhere"));
    EmbeddedChannel server = servers.accept();

    receive(server, error("ERROR", "22023", "invalid value"), ready('I'));

    assertThat(sent(client)).contains("SFATAL", "C22023");
    assertThat(client.isOpen()).isFalse();
    assertThat(server.isOpen()).as("is clean").isTrue();
  }

  @Test
  void a_client_that_leaves_while_its_settings_are_tried_is_no_bug() {
    EmbeddedChannel client = logIn(Settings.NONE.with("timezone", "GMT"));
    EmbeddedChannel server = servers.accept();

    client.close();
    receive(server, DONE, ready('I'));
    servers.cancels.getFirst().delivered(true);

    assertThat(server.isOpen()).as("is clean").isTrue();
    assertThat(house.pool.shardOn(lane).servers())
        .extracting(ServerConnection::state)
        .containsExactly(ServerState.IDLE);
  }

  @Test
  void a_query_sent_along_with_the_login_is_flushed() {
    logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();

    EmbeddedChannel eager = servers.channel();
    ClientSession session = session(Settings.NONE);
    eager.pipeline().addLast(session);
    receive(eager, query("SELECT 1"));
    session.start();

    assertThat(sent(server)).isEqualTo("Q(SELECT 1)");
    receive(server, DONE, ready('I'));
    assertThat(sent(eager)).endsWith("Z(I) C(SELECT 1) Z(I)");
  }

  @Test
  void a_message_may_come_byte_by_byte() {
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    sent(client);

    for (byte each : query("SELECT 1")) {
      receive(client, new byte[] {each});
    }
    receive(server, DONE, ready('I'));

    assertThat(sent(server)).isEqualTo("Q(SELECT 1)");
    assertThat(sent(client)).isEqualTo("C(SELECT 1) Z(I)");
  }

  @Test
  void bytes_are_counted_once_and_neither_those_of_the_login_nor_the_goodbye() {
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    PoolCounters counters = house.pool.shardOn(lane).counters();
    byte[] begin = query("BEGIN");
    byte[] commit = query("COMMIT");

    receive(client, begin);
    receive(server, message('C', "BEGIN\0"), ready('T'));
    for (byte each : commit) { // a cut header is looked at again and again
      receive(client, new byte[] {each});
    }
    receive(client, message('X', ""));
    receive(server, message('C', "COMMIT\0"), ready('I'));

    assertThat(counters.receivedBytes()).isEqualTo(begin.length + commit.length);
    assertThat(counters.sentBytes()).isEqualTo(message('C', "BEGIN\0").length + ready('T').length);
    assertThat(counters.checkouts()).as("the login is none").isEqualTo(1);
  }

  @Test
  void a_transaction_is_timed_from_its_request_also_when_settings_go_before_it() {
    EmbeddedChannel one = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    receive(one, query("SET timezone = 'GMT'"));
    receive(server, parameter("TimeZone", "GMT"), message('C', "SET\0"), ready('I'));
    EmbeddedChannel two = logIn(Settings.NONE);
    PoolCounters counters = house.pool.shardOn(lane).counters();
    long startedNanos = System.nanoTime();
    long before = counters.transactionNanos();

    receive(two, query("SELECT 2"));
    receive(server, message('C', "RESET\0"), ready('I'), DONE, ready('I'));

    assertThat(counters.transactions()).isEqualTo(2);
    assertThat(counters.transactionNanos() - before)
        .isBetween(0L, System.nanoTime() - startedNanos);
  }

  @Test
  void a_goodbye_gives_the_server_back_after_everything_was_answered() {
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();

    receive(client, query("INSERT"), message('X', ""));
    assertThat(client.isOpen()).isFalse();
    assertThat(sent(server)).isEqualTo("Q(INSERT)");
    receive(server, message('C', "INSERT 0 1\0"), ready('I'));

    assertThat(server.isOpen()).isTrue();
    assertThat(servers.cancels).isEmpty();
  }

  @Test
  void a_client_that_vanishes_between_statements_is_rolled_back() {
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    receive(client, query("BEGIN"));
    receive(server, message('C', "BEGIN\0"), ready('T'));
    sent(server);

    client.close();

    assertThat(sent(server)).isEqualTo("Q(ROLLBACK)");
  }

  @Test
  void a_client_that_vanishes_while_a_statement_runs_is_cancelled() {
    EmbeddedChannel client = logIn(Settings.NONE);
    servers.accept();
    receive(client, query("SELECT pg_sleep(100)"));

    client.close();

    assertThat(servers.cancels).hasSize(1);
  }

  @Test
  void bytes_that_are_no_protocol_are_refused_with_08P01() {
    EmbeddedChannel client = logIn(Settings.NONE);
    servers.accept();
    sent(client);

    receive(client, message('?', "what"));

    assertThat(sent(client)).contains("SFATAL", "C08P01");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void a_server_lost_in_a_transaction_is_told_to_its_client_only() {
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    EmbeddedChannel bystander = logIn(Settings.NONE);
    receive(client, query("BEGIN"));
    receive(server, message('C', "BEGIN\0"), ready('T'));
    sent(client);

    server.close();

    assertThat(sent(client)).contains("C08006");
    assertThat(client.isOpen()).isFalse();
    assertThat(bystander.isOpen()).isTrue();
  }

  @Test
  void statement_pooling_allows_no_transaction() {
    house = new House("pool_mode = statement\ndefault_pool_size = 1");
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();

    receive(client, query("BEGIN"));
    receive(server, message('C', "BEGIN\0"), ready('T'));

    assertThat(sent(client)).contains("C0A000");
    assertThat(sent(server)).isEqualTo("Q(BEGIN) Q(ROLLBACK)");
  }

  @Test
  void session_pooling_keeps_the_server_and_resets_it_at_the_end() {
    house = new House("pool_mode = session\ndefault_pool_size = 1");
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    receive(client, query("SELECT 1"));
    receive(server, DONE, ready('I'));
    sent(server);

    receive(client, message('X', ""));

    assertThat(sent(server)).isEqualTo("Q(DISCARD ALL)");
  }

  // ---- what is asked on our behalf ----

  @Test
  void an_audit_that_fails_ends_the_client_and_its_server_connection() {
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    receive(client, query("SELECT pg_advisory_lock(1)"));
    receive(server, DONE, ready('I'));
    assertThat(sent(server)).contains("Q(SELECT (EXISTS");
    sent(client);

    receive(server, error("ERROR", "57014", "statement timeout"), ready('I'));

    assertThat(sent(client))
        .contains("SFATAL|VFATAL|C08006|Mthe state of the session is unknown")
        .contains("The question about it failed: statement timeout");
    assertThat(client.isOpen()).isFalse();
    assertThat(sent(server)).isEqualTo("X()");
    assertThat(server.isOpen()).isFalse();
  }

  @Test
  void an_audit_without_an_answer_ends_them_as_well() {
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    receive(client, query("SELECT pg_advisory_lock(1)"));
    receive(server, DONE, ready('I'));
    sent(client);

    receive(server, message('C', "SELECT 0\0"), ready('I'));

    assertThat(sent(client)).contains("C08006").contains("The question about it was not answered");
    assertThat(server.isOpen()).isFalse();
  }

  @Test
  void an_errand_that_fails_ends_the_client_and_what_it_held_never_runs() {
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    receive(client, query("BEGIN"));
    receive(server, message('C', "BEGIN\0"), ready('T'));
    sent(client);
    sent(server);
    receive(client, query("SELECT currval('numbers')"));
    assertThat(sent(server)).isEqualTo("Q(DISCARD SEQUENCES)");

    receive(server, error("ERROR", "57014", "statement timeout"), ready('E'));

    assertThat(sent(client)).contains("C08006").contains("an open transaction is rolled back");
    assertThat(sent(server)).isEqualTo("Q(ROLLBACK)");
    receive(server, message('C', "ROLLBACK\0"), ready('I'));
    assertThat(server.isOpen()).isFalse();
  }

  // ---- session_state = strict ----

  @Test
  void strict_puts_the_words_of_a_refusal_in_place_of_postgresqls() {
    house = new House("pool_mode = transaction\ndefault_pool_size = 1\nsession_state = strict");
    EmbeddedChannel client = logIn(Settings.NONE);
    EmbeddedChannel server = servers.accept();
    sent(client);

    receive(client, query("SELECT pg_advisory_lock(1)"));

    String asked = sent(server);
    assertThat(asked).startsWith("Q(SELECT NULL::pg_catalog.").doesNotContain("advisory_lock");
    String type = asked.substring(asked.indexOf('"') + 1, asked.lastIndexOf('"'));
    receive(
        server,
        error("ERROR", "42704", "type \"pg_catalog." + type + "\" does not exist"),
        ready('I'));
    assertThat(sent(client))
        .startsWith("E(SERROR|VERROR|C0A000|Mcannot take a session advisory lock")
        .contains("|HUse pg_advisory_xact_lock")
        .endsWith("Z(I)");
  }

  // ---- cancel keys ----

  @Test
  void a_session_is_found_by_its_whole_key_only_until_it_is_revoked() {
    var keys = new CancelKeys(new SecureRandom(), 0);
    ClientSession session = session(Settings.NONE);

    CancelKeys.Key key = keys.issue(session, false);
    CancelKeys.Key longKey = keys.issue(session, true);

    assertThat(key.secret().length()).isEqualTo(4);
    assertThat(longKey.secret().length()).isEqualTo(32);
    assertThat(key.processId()).isNotEqualTo(longKey.processId()).isPositive();
    assertThat(keys.find(key.processId(), key.secret())).isSameAs(session);
    assertThat(keys.find(key.processId(), longKey.secret())).isNull();
    keys.revoke(key);
    assertThat(keys.find(key.processId(), key.secret())).isNull();
    session.neverStarted();
  }

  @Test
  void a_process_id_is_shown_to_one_session_only() {
    var keys = new CancelKeys(new SecureRandom(), 0);
    ClientSession session = session(Settings.NONE);

    CancelKeys.Key first = keys.issueAs(session, 4711);
    CancelKeys.Key second = keys.issueAs(session, 4711);

    assertThat(first.processId()).isEqualTo(4711);
    assertThat(second.processId()).isNotEqualTo(4711);
    assertThat(keys.find(4711, second.secret())).isNull();
    session.neverStarted();
  }

  // ---- arrangement ----

  private EmbeddedChannel logIn(Settings settings) {
    EmbeddedChannel channel = servers.channel();
    ClientSession session = session(settings);
    channel.pipeline().addLast(session);
    session.start();
    return channel;
  }

  private ClientSession session(Settings settings) {
    var startup =
        new StartupMessage(StartupMessage.PROTOCOL_3_0, Map.of("user", "anna", "database", "erp"));
    assertThat(house.clients.clients().tryTake(0)).isTrue();
    assertThat(
            house.clients.tryEnter(
                house.router.database("erp"),
                "anna",
                new Proof(AuthType.TRUST, KnownUser.unknown("anna"), null, false)))
        .isSameAs(house.pool);
    return new ClientSession(
        new ClientIdentity(1, startup.user(), startup, null),
        house.pool.shardOn(lane),
        house.clients,
        settings);
  }
}
