package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.clients.RawClient.Message;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients ask for in their startup packet holds, also when they share a server connection. */
@ExtendWith(PostgresServer.Shared.class)
class StartupTest {
  private static final int PROTOCOL_3_2 = 0x0003_0002;

  private static final Map<String, String> ONE =
      settings(
          "client_encoding", "LATIN1",
          "DateStyle", "German, DMY",
          "TimeZone", "Asia/Tokyo",
          "application_name", "one's \\ name",
          "search_path", "\"$user\", pg_catalog",
          "extra_float_digits", "0",
          "statement_timeout", "12345",
          "options", "-c work_mem=5MB --lock-timeout=777 -c intervalstyle=iso_8601");

  private static final Map<String, String> TWO =
      settings(
          "client_encoding", "UTF8",
          "DateStyle", "SQL, MDY",
          "TimeZone", "America/Lima",
          "application_name", "zw\u00f6lf",
          "search_path", "public",
          "extra_float_digits", "2",
          "options", "-csearch_path=ignored,\\ too -c statement_timeout=2s -c geqo=off");

  private static final List<String> SHOWN =
      List.of(
          "client_encoding",
          "DateStyle",
          "TimeZone",
          "application_name",
          "search_path",
          "extra_float_digits",
          "statement_timeout",
          "work_mem",
          "lock_timeout",
          "IntervalStyle",
          "geqo");

  private final PostgresServer server;

  StartupTest(PostgresServer server) {
    this.server = server;
  }

  private static Map<String, String> settings(String... pairs) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return settings;
  }

  @Test
  void two_clients_with_different_settings_share_one_server_connection() throws Exception {
    Target direct = server.createDatabase("startup");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "default_pool_size = 1");
        RawClient directOne = RawClient.login(direct, ONE);
        RawClient directTwo = RawClient.login(direct, TWO);
        RawClient directPlain = RawClient.login(direct, Map.of());
        RawClient one = RawClient.login(pooler.target(direct), ONE);
        RawClient two = RawClient.login(pooler.target(direct), TWO);
        RawClient plain = RawClient.login(pooler.target(direct), Map.of())) {

      assertThat(one.parameters()).isEqualTo(directOne.parameters());
      assertThat(two.parameters()).isEqualTo(directTwo.parameters());
      assertThat(plain.parameters()).isEqualTo(directPlain.parameters());
      for (int round = 0; round < 2; round++) {
        for (String name : SHOWN) {
          String show = "SHOW " + name;
          assertThat(one.ask(show)).as("one: " + name).isEqualTo(directOne.ask(show));
          assertThat(two.ask(show)).as("two: " + name).isEqualTo(directTwo.ask(show));
          assertThat(plain.ask(show)).as("plain: " + name).isEqualTo(directPlain.ask(show));
        }
      }
      assertThat(pooler.stats().servers()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void a_second_client_with_the_same_settings_is_told_the_same(String poolMode) throws Exception {
    Target direct = server.createDatabase("startup");
    try (TestPooler pooler = TestPooler.before(direct, poolMode);
        RawClient directly = RawClient.login(direct, ONE)) {
      for (int i = 0; i < 3; i++) {
        try (RawClient client = RawClient.login(pooler.target(direct), ONE)) {
          assertThat(client.parameters()).isEqualTo(directly.parameters());
          assertThat(client.ask("SHOW DateStyle")).isEqualTo("German, DMY");
          client.terminate();
        }
      }
    }
  }

  @Test
  void what_a_client_sets_later_follows_it_and_nobody_else() throws Exception {
    Target direct = server.createDatabase("startup");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "default_pool_size = 1");
        RawClient changing = RawClient.login(pooler.target(direct), ONE);
        RawClient other = RawClient.login(pooler.target(direct), Map.of())) {
      changing.query("SET DateStyle = 'ISO, YMD'");
      changing.query("SET application_name = 'renamed'");

      assertThat(other.ask("SHOW DateStyle")).isEqualTo("ISO, MDY");
      assertThat(other.ask("SHOW application_name")).isEmpty();
      assertThat(changing.ask("SHOW DateStyle")).isEqualTo("ISO, YMD");
      assertThat(changing.ask("SHOW application_name")).isEqualTo("renamed");
      assertThat(changing.ask("SHOW TimeZone")).isEqualTo("Asia/Tokyo");
    }
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource({
    "TimeZone, Nowhere/Land",
    "client_encoding, KLINGON",
    "statement_timeout, soon",
    "DateStyle, backwards",
    "no_such_setting, 1",
    "shared_buffers, 1GB",
    "options, -c work_mem=none"
  })
  void a_wrong_value_is_refused_at_login_with_the_words_of_postgresql(String name, String value)
      throws Exception {
    Target direct = server.createDatabase("startup");
    try (TestPooler pooler = TestPooler.before(direct, "transaction")) {
      Message expected = refusal(direct, name, value);
      Message actual = refusal(pooler.target(direct), name, value);

      for (char field : new char[] {'S', 'V', 'C', 'M', 'D', 'H'}) {
        assertThat(actual.field(field)).as("field " + field).isEqualTo(expected.field(field));
      }
      try (RawClient next = RawClient.login(pooler.target(direct), Map.of())) {
        assertThat(next.ask("SELECT 1")).isEqualTo("1");
      }
    }
  }

  private static Message refusal(Target target, String name, String value) throws Exception {
    try (RawClient client = RawClient.connect(target)) {
      client.startup(
          RawClient.PROTOCOL_3_0,
          settings("user", target.user(), "database", target.database(), name, value));
      return client.readStartup();
    }
  }

  @Test
  void protocol_3_2_is_granted_with_a_longer_cancel_key() throws Exception {
    Target direct = server.createDatabase("startup");
    try (TestPooler pooler = TestPooler.before(direct, "transaction");
        RawClient client = RawClient.connect(pooler.target(direct))) {
      client.startup(PROTOCOL_3_2, settings("user", direct.user(), "database", direct.database()));

      assertThat(client.readStartup().type()).isEqualTo('Z');
      assertThat(client.startupMessages()).noneMatch(message -> message.type() == 'v');
      assertThat(message(client, 'K').body().length).isGreaterThan(4 + 4);
      assertThat(client.ask("SELECT 'works'")).isEqualTo("works");
    }
  }

  @Test
  void a_later_protocol_and_unknown_options_are_negotiated_down() throws Exception {
    Target direct = server.createDatabase("startup");
    try (TestPooler pooler = TestPooler.before(direct, "transaction");
        RawClient client = RawClient.connect(pooler.target(direct))) {
      client.startup(
          0x0003_0009,
          settings(
              "user",
              direct.user(),
              "database",
              direct.database(),
              "_pq_.one",
              "x",
              "_pq_.two",
              "y"));

      assertThat(client.readStartup().type()).isEqualTo('Z');
      ByteBuffer body = ByteBuffer.wrap(message(client, 'v').body());
      assertThat(body.getInt() & 0xFFFF).isEqualTo(2); // the newest minor version we know
      assertThat(body.getInt()).isEqualTo(2);
      assertThat(message(client, 'v').text()).endsWith("_pq_.one\0_pq_.two\0");
      assertThat(client.ask("SELECT 'works'")).isEqualTo("works");
    }
  }

  @Test
  void options_of_protocol_3_0_are_answered_as_by_postgresql() throws Exception {
    Target direct = server.createDatabase("startup");
    try (TestPooler pooler = TestPooler.before(direct, "transaction");
        RawClient directly = RawClient.connect(direct);
        RawClient client = RawClient.connect(pooler.target(direct))) {
      for (RawClient each : List.of(directly, client)) {
        each.startup(
            RawClient.PROTOCOL_3_0,
            settings("user", direct.user(), "database", direct.database(), "_pq_.x", "1"));
        assertThat(each.readStartup().type()).isEqualTo('Z');
      }

      assertThat(message(client, 'v').toString()).isEqualTo(message(directly, 'v').toString());
      assertThat(client.parameters()).isEqualTo(directly.parameters());
    }
  }

  private static Message message(RawClient client, char type) {
    return client.startupMessages().stream()
        .filter(message -> message.type() == type)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type + " in " + client.startupMessages()));
  }
}
