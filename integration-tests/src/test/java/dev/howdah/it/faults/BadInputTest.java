package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What strangers and broken clients may send, and that nobody else notices. */
@ExtendWith(PostgresServer.Shared.class)
class BadInputTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final PostgresServer server;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.howdah");
  private Target direct;
  private TestPooler pooler;
  private Target pooled;
  private RawClient bystander;

  BadInputTest(PostgresServer server) {
    this.server = server;
  }

  @BeforeEach
  void start() throws Exception {
    direct = server.createDatabase("bad");
    pooler =
        TestPooler.before(
            direct,
            "transaction",
            "max_client_conn = 2000",
            "max_packet_size = 100000",
            "client_login_timeout = 1.5");
    pooled = pooler.target(direct);
    bystander = RawClient.login(pooled);
    bystander.query("SELECT 1");
    log.start();
    logger.addAppender(log);
  }

  /** Whatever a test did: one client is left, it is served, and the pool is as it was. */
  @AfterEach
  void assertUnharmed() throws Exception {
    logger.detachAppender(log);
    await().atMost(SOON).until(() -> pooler.stats().clients() == 1);
    assertThat(bystander.query("SELECT 'unharmed'").rows()).containsExactly("unharmed");
    assertThat(pooler.stats().servers()).isBetween(1L, 2L);
    bystander.close();
    pooler.close();
  }

  private void assertLogged(String... parts) {
    await()
        .atMost(SOON)
        .until(() ->
            List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> Arrays.stream(parts).allMatch(line::contains)));
  }

  static List<byte[]> badFirstPackets() {
    return List.of(
        "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8),
        new byte[] {0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0, 3, 0, 0}, // 2 GB
        new byte[] {(byte) 0x80, 0, 0, 0, 0, 3, 0, 0}, // a negative length
        new byte[] {0, 0, 0, 0, 0, 3, 0, 0},
        new byte[] {0, 0, 0, 7, 0, 3, 0, 0},
        new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1}, // TLS without asking
        RawClient.packet(RawClient.PROTOCOL_3_0, "user\0x".getBytes(StandardCharsets.UTF_8)),
        RawClient.packet(RawClient.PROTOCOL_3_0, "user\0x\0y\0".getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @MethodSource("badFirstPackets")
  void a_bad_first_packet_is_refused_with_08P01_and_logged_with_the_address(byte[] packet)
      throws Exception {
    try (RawClient stranger = RawClient.connect(pooled)) {
      stranger.send(packet);

      RawClient.Answer answer = stranger.readAnswer();

      assertThat(answer.sqlState()).isEqualTo("08P01");
      assertThat(answer.isClosed()).isTrue();
      assertLogged("127.0.0.1:" + stranger.localPort(), "08P01");
    }
  }

  @Test
  void other_protocol_versions_and_nameless_users_are_refused_by_their_own_codes()
      throws Exception {
    assertRefused(RawClient.packet(2 << 16, new byte[] {0}), "0A000");
    assertRefused(RawClient.packet(RawClient.PROTOCOL_3_0, new byte[] {0}), "28000");
  }

  private void assertRefused(byte[] packet, String sqlState) throws IOException {
    try (RawClient stranger = RawClient.connect(pooled)) {
      stranger.send(packet);
      RawClient.Answer answer = stranger.readAnswer();
      assertThat(answer.sqlState()).isEqualTo(sqlState);
      assertThat(answer.isClosed()).isTrue();
    }
  }

  static List<byte[]> badMessages() {
    return List.of(
        RawClient.message('~', new byte[0]),
        RawClient.message('p', "secret\0".getBytes(StandardCharsets.UTF_8)), // after login
        RawClient.message('R', new byte[4]), // a server's message
        new byte[] {'Q', (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF},
        new byte[] {'Q', (byte) 0x80, 0, 0, 0},
        new byte[] {'Q', 0, 0, 0, 3},
        new byte[] {'P', 0, 1, (byte) 0x86, (byte) 0xA5}, // 100,001 bytes
        new byte[] {'d', 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
  }

  @ParameterizedTest
  @MethodSource("badMessages")
  void a_bad_message_ends_an_idle_client_with_08P01(byte[] message) throws Exception {
    RawClient client = RawClient.login(pooled);
    client.send(message);

    assertViolation(client);
  }

  @ParameterizedTest
  @MethodSource("badMessages")
  void a_bad_message_ends_a_transaction_with_08P01_and_rolls_it_back(byte[] message)
      throws Exception {
    RawClient client = RawClient.login(pooled);
    client.query("BEGIN; SELECT 1");
    client.query("CREATE TABLE never (i int)");
    client.send(message);

    assertViolation(client);
    try (Backends backends = new Backends(direct)) {
      backends.awaitQuiet();
      assertThat(backends.number("SELECT count(*) FROM pg_class WHERE relname = 'never'")).isZero();
    }
  }

  private void assertViolation(RawClient client) throws IOException {
    RawClient.Answer answer = client.readAnswer();
    assertThat(answer.sqlState()).isEqualTo("08P01");
    assertThat(answer.isClosed()).isTrue();
    assertLogged("127.0.0.1:" + client.localPort(), "08P01");
    client.vanish();
  }

  @Test
  void a_message_of_exactly_max_packet_size_is_served() throws Exception {
    try (RawClient client = RawClient.login(pooled)) {
      String sql = "SELECT 1 --" + "x".repeat(100_000 - 12);

      assertThat(client.query(sql).rows()).containsExactly("1");
    }
  }

  @Test
  void what_postgresql_ignores_when_idle_is_ignored() throws Exception {
    try (RawClient client = RawClient.login(pooled)) {
      client.send('d', new byte[50]);
      client.send('c', new byte[0]);
      client.send('f', new byte[] {0});
      client.send('H', new byte[0]);

      assertThat(client.query("SELECT 'in step'").rows()).containsExactly("in step");
    }
  }

  @Test
  void messages_out_of_order_get_postgresqls_own_errors() throws Exception {
    try (RawClient client = RawClient.login(pooled)) {
      client.send('E', new byte[] {'n', 'o', 0, 0, 0, 0, 0}); // Execute without Bind
      client.send('S', new byte[0]);

      assertThat(client.readAnswer().sqlState()).isEqualTo("34000");
      assertThat(client.query("SELECT 'in step'").rows()).containsExactly("in step");
    }
  }

  @Test
  void bytes_after_a_goodbye_are_not_served() throws Exception {
    RawClient client = RawClient.login(pooled);
    var all = new ByteArrayOutputStream();
    all.writeBytes(RawClient.queryMessage("SELECT 'before'"));
    all.writeBytes(RawClient.message('X', new byte[0]));
    all.writeBytes(RawClient.queryMessage("CREATE TABLE after_goodbye (i int)"));
    client.send(all.toByteArray());

    await().atMost(SOON).until(() -> pooler.stats().clients() == 1);
    client.vanish();
    try (Backends backends = new Backends(direct)) {
      backends.awaitQuiet();
      assertThat(backends.number("SELECT count(*) FROM pg_class WHERE relname = 'after_goodbye'"))
          .isZero();
    }
  }

  @Test
  void a_message_in_single_bytes_is_a_message() throws Exception {
    try (RawClient client = RawClient.login(pooled)) {
      for (byte each : RawClient.queryMessage("SELECT 'drop by drop'")) {
        client.send(new byte[] {each});
      }

      assertThat(client.readAnswer().rows()).containsExactly("drop by drop");
    }
  }

  @Test
  void five_hundred_silent_strangers_are_shown_out_after_client_login_timeout() throws Exception {
    List<RawClient> strangers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      RawClient stranger = RawClient.connect(pooled);
      if (i % 2 == 0) {
        stranger.send(new byte[] {0, 0, 0, 80, 0, 3}); // half a packet; else nothing at all
      }
      strangers.add(stranger);
    }
    assertThat(RawClient.ask(pooled, "SELECT 'served'").rows()).containsExactly("served");

    for (RawClient stranger : strangers) {
      RawClient.Answer answer = stranger.readAnswer();
      assertThat(answer.message()).isEqualTo("client_login_timeout");
      stranger.vanish();
    }
    assertLogged("127.0.0.1:" + strangers.getFirst().localPort(), "client_login_timeout");
  }

  @Test
  void random_bytes_before_and_after_login_harm_nobody() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[1 + random.nextInt(200)];
      random.nextBytes(noise);
      RawClient client = i % 2 == 0 ? RawClient.connect(pooled) : RawClient.login(pooled);
      client.send(noise);
      if (i % 3 == 0) {
        client.reset();
      } else {
        client.vanish();
      }
    }
    assertThat(RawClient.ask(pooled, "SELECT 1").rows()).containsExactly("1");
  }
}
