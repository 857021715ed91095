package dev.howdah.pooler.client;

import static dev.howdah.pooler.server.Wire.all;
import static dev.howdah.pooler.server.Wire.error;
import static dev.howdah.pooler.server.Wire.message;
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
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.route.Router;
import dev.howdah.pooler.server.FakeServers;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.Settings;
import dev.howdah.pooler.tls.TlsCounters;
import dev.howdah.wire.startup.StartupMessage;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BEGIN is answered by the pooler, and reaches a server with the first statement. */
class LazyBeginTest {
  private static final byte[] DONE = message('C', "SELECT 1\0");
  private static final byte[] BEGUN =
      all(message('1', ""), message('2', ""), message('C', "BEGIN\0"));

  private final FakeServers servers = new FakeServers();
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final Lane lane = new Lane(loop.eventLoop(), 0);
  private ClientHouse house;
  private Router router;
  private Pool pool;
  private EmbeddedChannel client;
  private EmbeddedChannel server;

  @BeforeEach
  void a_client_is_welcome_and_a_server_idle() {
    LiveConfig live =
        TestConfig.live(TestConfig.withMain("pool_mode = transaction\ndefault_pool_size = 1"));
    var pools =
        new Pools(
            live,
            List.of(lane),
            servers,
            (_, user) -> new ServerCredentials(user, null, Runnable::run));
    var random = new SecureRandom();
    var secrets = new UserSecrets(live, Runnable::run, random);
    router = new Router(live, pools);
    house =
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
    client = logIn();
    server = servers.accept();
    sent(client);
  }

  @AfterEach
  void nothing_leaks_and_nobody_stays() {
    assertThat(servers.finish()).isZero();
    assertThat(lane.residents()).isEmpty();
    loop.finishAndReleaseAll();
  }

  @Test
  void begin_is_answered_without_a_server_and_sent_with_the_first_statement() {
    receive(client, query("begin isolation level repeatable read read only"));
    assertThat(sent(client)).isEqualTo("C(BEGIN) Z(T)");
    assertThat(sent(server)).isEmpty();

    receive(client, query("SELECT 1"));

    assertThat(sent(server))
        .isEqualTo("P(|BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY) B() E() Q(SELECT 1)");
    receive(server, BEGUN, DONE, ready('T'));
    assertThat(sent(client)).isEqualTo("C(SELECT 1) Z(T)");
    receive(client, query("COMMIT"));
    assertThat(sent(server)).isEqualTo("Q(COMMIT)");
    receive(server, message('C', "COMMIT\0"), ready('I'));
    assertThat(sent(client)).isEqualTo("C(COMMIT) Z(I)");
    client.close();
  }

  @Test
  void a_transaction_without_a_statement_costs_no_server() {
    receive(client, query("START TRANSACTION"), query("END"), query("BEGIN WORK"));
    receive(client, query("ABORT"));

    assertThat(sent(client))
        .isEqualTo("C(START TRANSACTION) Z(T) C(COMMIT) Z(I) C(BEGIN) Z(T) C(ROLLBACK) Z(I)");
    assertThat(sent(server)).isEmpty();
    client.close();
  }

  @Test
  void set_transaction_is_taken_along() {
    receive(client, query("BEGIN READ WRITE"));
    receive(client, query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE"));
    assertThat(sent(client)).isEqualTo("C(BEGIN) Z(T) C(SET) Z(T)");

    receive(client, query("SELECT 1"));

    assertThat(sent(server))
        .startsWith("P(|BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE) ");
    receive(server, BEGUN, DONE, ready('T'));
    client.close();
    receive(server, message('C', "ROLLBACK\0"), ready('I'));
  }

  @Test
  void a_second_begin_is_the_servers_to_warn_of() {
    receive(client, query("BEGIN"), query("BEGIN"));

    assertThat(sent(client)).isEqualTo("C(BEGIN) Z(T)");
    assertThat(sent(server)).isEqualTo("P(|BEGIN) B() E() Q(BEGIN)");
    receive(server, BEGUN, message('C', "BEGIN\0"), ready('T'));
    client.close();
    receive(server, message('C', "ROLLBACK\0"), ready('I'));
  }

  @Test
  void what_is_no_begin_goes_to_the_server_at_once() {
    receive(client, query("BEGIN ISOLATION LEVEL WHATEVER"));

    assertThat(sent(server)).isEqualTo("Q(BEGIN ISOLATION LEVEL WHATEVER)");
    receive(server, error("ERROR", "42601", "syntax error"), ready('I'));
    client.close();
  }

  @Test
  void the_extended_protocol_is_answered_alike() {
    receive(
        client,
        message('P', "\0BEGIN\0\0\0"),
        message('B', "\0\0\0\0\0\0\0\0"),
        message('D', "P\0"),
        message('E', "\0\0\0\0\0"),
        message('S', ""));
    assertThat(sent(client)).isEqualTo("1() 2() n() C(BEGIN) Z(T)");

    receive(
        client,
        message('P', "\0SELECT 1\0\0\0"),
        message('B', "\0\0\0\0\0\0\0\0"),
        message('E', "\0\0\0\0\0"),
        message('S', ""));

    assertThat(sent(server)).startsWith("P(|BEGIN) B() E() P(|SELECT 1)");
    receive(server, BEGUN, message('1', ""), message('2', ""), DONE, ready('T'));
    assertThat(sent(client)).isEqualTo("1() 2() C(SELECT 1) Z(T)");
    client.close();
    receive(server, message('C', "ROLLBACK\0"), ready('I'));
  }

  @Test
  void a_statement_never_runs_when_its_begin_has_failed() {
    receive(client, query("BEGIN"), query("DELETE FROM t"));

    receive(server, error("ERROR", "57014", "canceling statement due to statement timeout"));

    assertThat(sent(client)).startsWith("C(BEGIN) Z(T) E(").contains("57014", "FATAL");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void a_client_that_leaves_takes_its_begin_with_it() {
    receive(client, query("BEGIN"));

    client.close();

    assertThat(sent(server)).isEmpty();
  }

  @Test
  void a_client_in_such_a_transaction_is_not_shown_out() {
    receive(client, query("BEGIN"));
    assertThat(((ClientSession) lane.residents().getFirst()).describe().state())
        .isEqualTo(ClientState.LINKED);

    house.startDraining();
    house.drain(lane);
    assertThat(client.isOpen()).isTrue();
    receive(client, query("COMMIT"));

    assertThat(sent(client)).startsWith("C(BEGIN) Z(T) C(COMMIT) Z(I) E(");
    assertThat(client.isOpen()).isFalse();
  }

  private EmbeddedChannel logIn() {
    var startup =
        new StartupMessage(StartupMessage.PROTOCOL_3_0, Map.of("user", "anna", "database", "erp"));
    assertThat(house.clients().tryTake(0)).isTrue();
    assertThat(
            house.tryEnter(
                router.database("erp"),
                "anna",
                new Proof(AuthType.TRUST, KnownUser.unknown("anna"), null, false)))
        .isSameAs(pool);
    var session =
        new ClientSession(
            new ClientIdentity(1, startup.user(), startup, null),
            pool.shardOn(lane),
            house,
            Settings.NONE);
    EmbeddedChannel channel = servers.channel();
    channel.pipeline().addLast(session);
    session.start();
    return channel;
  }
}
