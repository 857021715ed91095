package dev.howdah.pooler.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.message.BackendMessage.DataRow;
import dev.howdah.wire.message.BackendMessage.NoData;
import dev.howdah.wire.message.FrontendMessage.Bind;
import dev.howdah.wire.message.FrontendMessage.Describe;
import dev.howdah.wire.message.FrontendMessage.Execute;
import dev.howdah.wire.message.FrontendMessage.Parse;
import dev.howdah.wire.message.FrontendMessage.Query;
import dev.howdah.wire.message.FrontendMessage.Sync;
import dev.howdah.wire.message.RowDescription;
import dev.howdah.wire.message.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pooler whose PostgreSQL does not exist: everything of the console that needs none. */
class ConsoleTest {
  private Pooler pooler;
  private Path file;
  private int port;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    Path users =
        Files.writeString(
            folder.resolve("userlist.txt"), "\"boss\" \"\"\n\"looker\" \"\"\n\"app\" \"\"\n");
    file =
        Files.writeString(
            folder.resolve("howdah.ini"),
            """
            [databases]
            erp = host=127.0.0.1 port=1
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = 0
            unix_socket_dir =
            auth_type = trust
            auth_file = %s
            admin_users = boss
            stats_users = looker
            event_loops = 2
            """
                .formatted(users));
    pooler = Pooler.start(ConfigLoader.load(file, _ -> null));
    port = pooler.port();
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private ConsoleClient enter() throws IOException {
    return ConsoleClient.enter(port, "boss");
  }

  private ErrorFields errorOf(String sql) throws IOException {
    try (ConsoleClient client = enter()) {
      return client.query(sql).errors().getFirst();
    }
  }

  // ---- who may enter ----

  @Test
  void an_admin_is_welcomed_as_by_pgbouncer() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.parameters())
          .containsEntry("client_encoding", "UTF8")
          .containsEntry("server_encoding", "UTF8")
          .containsEntry("DateStyle", "ISO")
          .containsEntry("TimeZone", "GMT")
          .containsEntry("is_superuser", "on")
          .containsEntry("integer_datetimes", "on")
          .containsEntry("standard_conforming_strings", "on");
      assertThat(client.parameters().get("server_version")).matches("\\d.*/howdah");
    }
  }

  @Test
  void the_console_has_a_name_of_our_own_too() throws Exception {
    try (ConsoleClient client = ConsoleClient.connect(port, "boss", "howdah")) {
      assertThat(client.receive().errors()).isEmpty();
      assertThat(client.query("SHOW VERSION").column("version").getFirst()).startsWith("Howdah ");
    }
  }

  @Test
  void others_are_not_allowed() throws Exception {
    try (ConsoleClient client = ConsoleClient.connect(port, "app", "pgbouncer")) {
      ErrorFields refusal = client.receive().errors().getFirst();

      assertThat(refusal.message()).isEqualTo("not allowed");
      assertThat(refusal.sqlState()).isEqualTo("28000");
    }
    assertThat(pooler.stats().clients()).isZero();
  }

  @Test
  void a_stats_user_may_look_but_not_touch() throws Exception {
    try (ConsoleClient client = ConsoleClient.enter(port, "looker")) {
      assertThat(client.query("SHOW POOLS").errors()).isEmpty();
      for (String order :
          List.of("PAUSE", "SET log_connections = 0", "SHUTDOWN", "KILL erp", "SHOW FDS")) {
        ErrorFields refusal = client.query(order).errors().getFirst();
        assertThat(refusal.message()).isEqualTo("admin access needed");
        assertThat(refusal.sqlState()).isEqualTo("42501");
      }
    }
  }

  // ---- SHOW ----

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"HELP"})
  void every_topic_is_shown_with_its_columns(Topic topic) throws Exception {
    try (ConsoleClient client = enter()) {
      ConsoleClient.Answer answer = client.query("SHOW " + topic);

      assertThat(answer.errors()).isEmpty();
      assertThat(answer.tags()).containsExactly("SHOW");
      assertThat(answer.descriptions().getFirst().fields())
          .extracting(RowDescription.Field::name)
          .isEqualTo(topic.columns().stream().map(Column::name).toList());
    }
  }

  @Test
  void help_is_a_notice() throws Exception {
    try (ConsoleClient client = enter()) {
      ConsoleClient.Answer answer = client.query("SHOW HELP");

      assertThat(answer.notices().getFirst().message()).isEqualTo("Console usage");
      assertThat(answer.notices().getFirst().detail()).contains("KILL_CLIENT <client_id>");
      assertThat(answer.tags()).containsExactly("SHOW");
    }
  }

  @Test
  void the_console_shows_itself() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.query("SHOW CLIENTS").column("application_name")).containsExactly("test");
      assertThat(client.query("SHOW POOLS").column("database")).containsExactly("pgbouncer");
      assertThat(client.query("SHOW DATABASES").column("name")).containsExactly("erp", "pgbouncer");
      assertThat(client.query("SHOW STATS").column("total_query_count")).containsExactly("4");
    }
  }

  @Test
  void totals_are_named_as_by_pgbouncer() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.query("SHOW TOTALS").column("name"))
          .hasSize(22)
          .startsWith("total_server_assignment_count", "total_xact_count")
          .contains("total_client_bytes", "avg_server_bytes")
          .endsWith("avg_ps_server_parse_count", "avg_ps_bind_count");
    }
  }

  @Test
  void averages_do_not_count_the_console() throws Exception {
    try (ConsoleClient client = enter()) {
      ConsoleClient.Answer totals = client.query("SHOW TOTALS");
      int index = totals.column("name").indexOf("avg_query_count");
      assertThat(totals.column("value").get(index)).isEqualTo("0");
    }
  }

  @Test
  void settings_that_drivers_ask_for_are_pretended() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(
              client
                  .query("SHOW standard_conforming_strings")
                  .column("standard_conforming_strings"))
          .containsExactly("on");
      ConsoleClient.Answer answer = client.query("SET extra_float_digits = 3");
      assertThat(answer.tags()).containsExactly("SET");
      assertThat(answer.notices().getFirst().message()).isEqualTo("SET ignored");
    }
  }

  // ---- protocol ----

  @Test
  void several_commands_are_answered_until_one_fails() throws Exception {
    try (ConsoleClient client = enter()) {
      ConsoleClient.Answer answer = client.query("SHOW STATE; RESUME; SHOW VERSION");

      assertThat(answer.tags()).containsExactly("SHOW");
      assertThat(answer.errors().getFirst().message()).isEqualTo("pooler is not paused/suspended");
      assertThat(client.query("SHOW VERSION").tags()).containsExactly("SHOW");
    }
  }

  @Test
  void an_unknown_command_leaves_the_session_usable() throws Exception {
    try (ConsoleClient client = enter()) {
      ErrorFields error = client.query("SHOW POLLS").errors().getFirst();

      assertThat(error.sqlState()).isEqualTo("42601");
      assertThat(error.message()).isEqualTo("invalid command 'SHOW POLLS', use SHOW HELP;");
      assertThat(client.query("SHOW POOLS").errors()).isEmpty();
    }
  }

  @Test
  void an_extended_query_is_answered() throws Exception {
    try (ConsoleClient client = enter()) {
      client.send(
          new Parse("s", "SHOW STATE", List.of()),
          new Describe(Target.STATEMENT, "s"),
          new Bind("", "s", List.of(), List.of(), List.of()),
          new Execute("", 0),
          new Sync());

      ConsoleClient.Answer answer = client.receive();

      assertThat(answer.column("key")).containsExactly("active", "paused", "suspended");
      assertThat(answer.tags()).containsExactly("SHOW");
    }
  }

  @Test
  void binary_results_are_binary() throws Exception {
    try (ConsoleClient client = enter()) {
      client.send(
          new Parse("", "SHOW LISTS", List.of()),
          new Bind("", "", List.of(), List.of(), List.of(1)),
          new Describe(Target.PORTAL, ""),
          new Execute("", 0),
          new Sync());

      ConsoleClient.Answer answer = client.receive();

      assertThat(answer.descriptions().getFirst().fields().get(1).format()).isEqualTo((short) 1);
      DataRow first = (DataRow) answer.messages().get(3);
      assertThat(first.values().get(1).toArray()).containsExactly(0, 0, 0, 2);
    }
  }

  @Test
  void after_an_error_an_extended_query_is_skipped_to_its_sync() throws Exception {
    try (ConsoleClient client = enter()) {
      client.send(
          new Parse("", "RESUME", List.of()),
          new Describe(Target.STATEMENT, ""),
          new Bind("", "", List.of(), List.of(), List.of()),
          new Execute("", 0),
          new Execute("", 0),
          new Sync());

      ConsoleClient.Answer answer = client.receive();

      assertThat(answer.messages()).hasAtLeastOneElementOfType(NoData.class);
      assertThat(answer.errors()).hasSize(1);
      assertThat(client.query("SHOW STATE").errors()).isEmpty();
    }
  }

  // ---- orders ----

  @Test
  void pause_and_resume_are_seen_in_the_state() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.query("PAUSE").tags()).containsExactly("PAUSE");
      assertThat(client.query("SHOW STATE").column("value")).containsExactly("no", "yes", "no");
      assertThat(client.query("PAUSE").errors().getFirst().message())
          .isEqualTo("already suspended/paused");
      assertThat(client.query("RESUME").tags()).containsExactly("RESUME");
      assertThat(client.query("SUSPEND").tags()).containsExactly("SUSPEND");
      assertThat(client.query("SHOW STATE").column("value")).containsExactly("no", "no", "yes");
      assertThat(client.query("RESUME").tags()).containsExactly("RESUME");
      assertThat(client.query("SHOW STATE").column("value")).containsExactly("yes", "no", "no");
    }
  }

  @Test
  void one_database_is_paused_and_resumed_by_name() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.query("PAUSE erp").tags()).containsExactly("PAUSE");
      assertThat(client.query("SHOW DATABASES").column("paused")).containsExactly("1", "0");
      assertThat(client.query("SUSPEND").errors().getFirst().message())
          .isEqualTo("cannot suspend with paused databases");
      assertThat(client.query("RESUME erp").tags()).containsExactly("RESUME");
      assertThat(client.query("RESUME erp").errors().getFirst().message())
          .isEqualTo("database erp is not paused");
      assertThat(client.query("KILL erp").tags()).containsExactly("KILL");
      assertThat(client.query("RESUME").tags()).containsExactly("RESUME");
      assertThat(client.query("SHOW DATABASES").column("paused")).containsExactly("0", "0");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PAUSE", "RESUME", "DISABLE", "ENABLE", "KILL", "RECONNECT", "WAIT_CLOSE"})
  void a_database_that_does_not_exist_is_named(String verb) throws Exception {
    assertThat(errorOf(verb + " nosuch").message()).isEqualTo("no such database: nosuch");
  }

  @Test
  void the_console_cannot_be_paused() throws Exception {
    assertThat(errorOf("PAUSE pgbouncer").message()).isEqualTo("cannot pause admin db: pgbouncer");
  }

  @Test
  void a_disabled_database_takes_no_clients_until_it_is_enabled() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.query("DISABLE erp").tags()).containsExactly("DISABLE");
      assertThat(client.query("SHOW DATABASES").column("disabled")).containsExactly("1", "0");
      assertThat(loginError()).isEqualTo("database \"erp\" is disabled");
      assertThat(client.query("ENABLE erp").tags()).containsExactly("ENABLE");
      assertThat(loginError()).doesNotContain("disabled");
      assertThat(client.query("DISABLE").errors().getFirst().message())
          .isEqualTo("a database is required");
    }
  }

  private String loginError() throws IOException {
    try (ConsoleClient client = ConsoleClient.connect(port, "app", "erp")) {
      return client.receive().errors().getFirst().message();
    }
  }

  @Test
  void a_client_of_a_paused_database_waits_and_can_be_killed() throws Exception {
    try (ConsoleClient client = enter()) {
      client.query("PAUSE erp");
      try (ConsoleClient waiting = ConsoleClient.connect(port, "app", "erp")) {
        String id = waitFor(client, "SHOW WAITS", "id");
        assertThat(client.query("SHOW POOLS").column("cl_waiting")).containsExactly("1", "0");
        assertThat(client.query("KILL_CLIENT " + id).tags()).containsExactly("KILL_CLIENT");

        ErrorFields end = waiting.receive().errors().getFirst();

        assertThat(end.message()).isEqualTo("admin forced disconnect");
        assertThat(end.sqlState()).isEqualTo("57P01");
      }
      assertThat(client.query("KILL_CLIENT 999999").errors().getFirst().message())
          .isEqualTo("client not found");
      assertThat(client.query("KILL_CLIENT x").errors()).hasSize(1);
    }
  }

  private static String waitFor(ConsoleClient client, String show, String column)
      throws IOException, InterruptedException {
    for (int i = 0; i < 100; i++) {
      List<?> values = client.query(show).column(column);
      if (!values.isEmpty()) {
        return String.valueOf(values.getFirst());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("nothing to be seen with " + show);
  }

  @Test
  void reconnect_and_wait_close_have_nothing_to_wait_for() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.query("RECONNECT; WAIT_CLOSE; RECONNECT erp; WAIT_CLOSE erp").tags())
          .containsExactly("RECONNECT", "WAIT_CLOSE", "RECONNECT", "WAIT_CLOSE");
    }
  }

  @Test
  void set_changes_what_can_be_changed() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.query("SET log_connections = 0").tags()).containsExactly("SET");
      ConsoleClient.Answer config = client.query("SHOW CONFIG");
      int index = config.column("key").indexOf("log_connections");
      assertThat(config.column("value").get(index)).isEqualTo("0");
      assertThat(config.column("default").get(index)).isEqualTo("1");
      assertThat(config.column("changeable").get(index)).isEqualTo("yes");
    }
  }

  @Test
  void set_refuses_what_is_wrong_and_changes_nothing() throws Exception {
    assertThat(errorOf("SET log_connections = perhaps").message())
        .isEqualTo(
            "SET failed: \"log_connections\" = \"perhaps\" is neither on nor off; write 1 or 0");
    assertThat(errorOf("SET listen_port = 1").sqlState()).isEqualTo("55000");
    assertThat(errorOf("SET polo_mode = session").sqlState()).isEqualTo("42704");
    assertThat(errorOf("SET server_tls_key_file = '/none'").message())
        .contains("cannot be read: no such file");
    assertThat(configValue("log_connections")).isEqualTo("1");
  }

  @Test
  void reload_goes_back_to_the_file() throws Exception {
    try (ConsoleClient client = enter()) {
      client.query("SET query_wait_timeout = 7");
      assertThat(configValue("query_wait_timeout")).isEqualTo("7");
      Files.writeString(file, Files.readString(file) + "default_pool_size = 33\nlisten_port = 1\n");

      ConsoleClient.Answer answer = client.query("RELOAD");

      assertThat(answer.tags()).containsExactly("RELOAD");
      assertThat(configValue("query_wait_timeout")).isEqualTo("120");
      assertThat(configValue("default_pool_size")).isEqualTo("33");
      assertThat(configValue("listen_port")).isEqualTo("0");
    }
  }

  @Test
  void a_reload_that_fails_names_every_problem_and_changes_nothing() throws Exception {
    Files.writeString(
        file, Files.readString(file) + "default_pool_size = 33\npool_mode = fast\nwhat = 1\n");

    ErrorFields error = errorOf("RELOAD");

    assertThat(error.sqlState()).isEqualTo("F0000");
    assertThat(error.message()).isEqualTo("RELOAD failed, nothing has changed: 2 problems");
    assertThat(error.detail())
        .contains("howdah.ini:13: pool_mode = fast: is unknown; write one of session")
        .contains("howdah.ini:14: what = 1: there is no such key");
    assertThat(configValue("default_pool_size")).isEqualTo("20");
  }

  private String configValue(String key) throws IOException {
    try (ConsoleClient client = enter()) {
      ConsoleClient.Answer config = client.query("SHOW CONFIG");
      return config.column("value").get(config.column("key").indexOf(key));
    }
  }

  @Test
  void shutdown_asks_for_the_end() throws Exception {
    try (ConsoleClient client = enter()) {
      client.send(new Query("SHUTDOWN"));

      pooler.stopWanted().toCompletableFuture().get(5, TimeUnit.SECONDS);
      pooler.close();

      assertThat(client.receive().errors().getFirst().sqlState()).isEqualTo("57P01");
    }
  }

  @Test
  void shutdown_after_the_clients_takes_no_new_ones() throws Exception {
    try (ConsoleClient client = enter()) {
      assertThat(client.query("SHUTDOWN WAIT_FOR_CLIENTS").tags()).containsExactly("SHUTDOWN");

      pooler.stopWanted().toCompletableFuture().get(5, TimeUnit.SECONDS);

      assertThat(client.query("RESUME").errors().getFirst().message())
          .isEqualTo("pooler is shutting down");
    }
  }
}
