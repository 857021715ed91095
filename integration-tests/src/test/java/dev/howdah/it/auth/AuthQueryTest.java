package dev.howdah.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users who are not in {@code auth_file}, on a server that wants to see their passwords itself. */
class AuthQueryTest {
  private static final String PASSWORD = "Pr\u00fcfung 1!";
  private static final String ASKER = "asker";
  private static final Map<String, String> USERS = Map.of(ASKER, "asks");

  private static PostgresServer server;
  private static Target direct;

  @BeforeAll
  static void startServer() throws SQLException {
    server =
        PostgresServer.start(
            PostgresOptions.defaults()
                .withHbaLines(
                    List.of(
                        "host all md5er 127.0.0.1/32 md5",
                        "host all postgres 127.0.0.1/32 trust",
                        "host all plainer 127.0.0.1/32 password",
                        "host all all 127.0.0.1/32 scram-sha-256")));
    direct = server.createDatabase("erp");
    execute(
        """
        SET password_encryption = 'scram-sha-256';
        CREATE ROLE asker SUPERUSER LOGIN PASSWORD 'asks';
        CREATE ROLE scrammer LOGIN PASSWORD '%1$s';
        CREATE ROLE plainer LOGIN PASSWORD '%1$s';
        CREATE ROLE changer LOGIN PASSWORD '%1$s';
        CREATE ROLE expired LOGIN PASSWORD '%1$s' VALID UNTIL '2001-01-01';
        CREATE ROLE secretless LOGIN;
        CREATE ROLE group_only PASSWORD '%1$s';
        SET password_encryption = 'md5';
        CREATE ROLE md5er LOGIN PASSWORD '%1$s';
        CREATE SCHEMA auth;
        CREATE TABLE auth.people (name text, secret text);
        INSERT INTO auth.people VALUES ('scrammer', '%1$s'), ('nameless', NULL), ('md5er', '%1$s');
        CREATE TABLE auth.asked (name text);
        CREATE FUNCTION auth.look_up(name text, OUT uname text, OUT phash text) LANGUAGE plpgsql AS
        $$ BEGIN
          INSERT INTO auth.asked VALUES (name);
          PERFORM pg_catalog.pg_sleep(0.5);
          SELECT p.name, p.secret INTO uname, phash FROM auth.people p WHERE p.name = look_up.name;
        END $$;
        """
            .formatted(PASSWORD));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  private static void execute(String sql) throws SQLException {
    server.local().execute(direct.database(), sql);
  }

  private static TestPooler pooler(String clientMethod, String entry, String... lines) {
    return TestPooler.start(
        """
        [databases]
        %s %s
        [pgbouncer]
        pool_mode = transaction
        auth_type = %s
        auth_user = asker
        %s
        """
            .formatted(TestPooler.entry(direct), entry, clientMethod, String.join("\n", lines)),
        USERS);
  }

  @ParameterizedTest(name = "{0} by {1}")
  @CsvSource({
    "scrammer, scram-sha-256",
    "scrammer, md5",
    "md5er, md5",
  })
  void a_role_logs_in_through_to_a_server_that_wants_its_password(String role, String method)
      throws Exception {
    try (TestPooler pooler = pooler(method, "")) {
      Target pooled = pooler.target(direct);

      assertThat(Refusals.ask(pooled.as(role, PASSWORD), "SELECT current_user")).isEqualTo(role);
      assertThat(Refusals.of(pooled.as(role, "wrong")))
          .isEqualTo("28P01 FATAL: password authentication failed for user \"" + role + "\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "md5", "scram-sha-256"})
  void a_plain_password_from_a_table_serves_every_method(String method) throws Exception {
    try (TestPooler pooler =
        pooler(method, "", "auth_query = SELECT name, secret FROM auth.people WHERE name = $1")) {
      Target pooled = pooler.target(direct).as("scrammer", PASSWORD);

      assertThat(Refusals.ask(pooled, "SELECT current_user")).isEqualTo("scrammer");
      assertThat(Refusals.ask(pooled, "SELECT current_user")).isEqualTo("scrammer");
      assertThat(Refusals.of(pooled.as("scrammer", "wrong"))).startsWith("28P01");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "md5", "scram-sha-256"})
  void who_may_not_log_in_is_refused_in_the_same_words_whatever_the_reason(String method) {
    try (TestPooler pooler = pooler(method, "")) {
      for (String role : List.of("expired", "secretless", "group_only", "nobody", "scrammer")) {
        assertThat(Refusals.of(pooler.target(direct).as(role, "wrong")))
            .isEqualTo("28P01 FATAL: password authentication failed for user \"" + role + "\"");
      }
      assertThat(Refusals.of(pooler.target(direct).as("expired", PASSWORD))).startsWith("28P01");
    }
  }

  @Test
  void trust_lets_in_who_exists() {
    try (TestPooler pooler =
        pooler(
            "trust",
            "user=postgres",
            "auth_query = SELECT name, secret FROM auth.people WHERE name = $1")) {
      assertThat(Refusals.of(pooler.target(direct).as("nameless", ""))).isEqualTo("in");
      assertThat(Refusals.of(pooler.target(direct).as("nobody", ""))).startsWith("28P01");
    }
  }

  @Test
  void a_changed_password_counts_from_the_next_login_on() throws Exception {
    try (TestPooler pooler = pooler("scram-sha-256", "", "server_lifetime = 0")) {
      Target pooled = pooler.target(direct);
      assertThat(Refusals.of(pooled.as("changer", PASSWORD))).isEqualTo("in");

      execute("SET password_encryption = 'scram-sha-256'; ALTER ROLE changer PASSWORD 'other'");

      assertThat(Refusals.of(pooled.as("changer", PASSWORD))).startsWith("28P01");
      assertThat(Refusals.ask(pooled.as("changer", "other"), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void logins_of_one_user_at_one_time_share_a_look_up() throws Exception {
    try (TestPooler pooler =
            pooler("scram-sha-256", "auth_query='SELECT * FROM auth.look_up($1)'");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Target pooled = pooler.target(direct).as("scrammer", PASSWORD);
      execute("TRUNCATE auth.asked");
      List<Callable<String>> logins = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        logins.add(() -> Refusals.of(pooled));
      }

      for (Future<String> login : threads.invokeAll(logins)) {
        assertThat(login.get()).isEqualTo("in");
      }

      assertThat(asked()).as("look-ups").isBetween(1, 4);
      assertThat(Refusals.of(pooler.target(direct).as("nobody", "x"))).startsWith("28P01");
    }
  }

  private static int asked() throws SQLException {
    return Integer.parseInt(Refusals.ask(direct, "SELECT count(*) FROM auth.asked"));
  }

  @Test
  void another_database_may_know_the_users() throws Exception {
    Target other = server.createDatabase("users");
    try (TestPooler pooler =
        TestPooler.start(
            """
            [databases]
            %s
            %s auth_dbname=nowhere
            people = host=%s port=%d dbname=%s user=plainer auth_user=nobody
            [pgbouncer]
            auth_type = scram-sha-256
            auth_user = asker
            auth_dbname = people
            auth_query = SELECT name, secret FROM auth.people WHERE name = $1
            """
                .formatted(
                    TestPooler.entry(direct),
                    TestPooler.entry(other),
                    direct.endpoint().host(),
                    direct.endpoint().port(),
                    direct.database()),
            USERS)) {
      Target pooled = pooler.target(direct).as("scrammer", PASSWORD);

      assertThat(Refusals.of(pooled)).isEqualTo("in");
      assertThat(Refusals.of(pooled.in("unheard_of"))).startsWith("28P01");
    }
  }

  @Test
  void a_configuration_that_cannot_serve_is_told_in_pgbouncers_words() {
    try (TestPooler pooler =
        TestPooler.start(
            """
            [databases]
            %1$s
            wrong_sql = %2$s auth_query='SELECT $1'
            no_table = %2$s auth_query='SELECT * FROM no_such_table WHERE name = $1'
            three = %2$s auth_query='SELECT name, secret, 1 FROM auth.people WHERE name = $1'
            many = %2$s auth_query='SELECT $1::text, secret FROM auth.people'
            [pgbouncer]
            auth_type = md5
            auth_user = asker
            """
                .formatted(
                    TestPooler.entry(direct), TestPooler.entry(direct).replaceFirst("^.* = ", "")),
            USERS)) {
      Target pooled = pooler.target(direct).as("scrammer", PASSWORD);

      assertThat(Refusals.of(pooled.in("wrong_sql")))
          .isEqualTo("F0000 FATAL: expected 2 columns from auth_query, not 1");
      assertThat(Refusals.of(pooled.in("no_table")))
          .isEqualTo("F0000 FATAL: error response from auth_query");
      assertThat(Refusals.of(pooled.in("three")))
          .isEqualTo("F0000 FATAL: expected 2 columns from auth_query, not 3");
      assertThat(Refusals.of(pooled.in("many")))
          .isEqualTo("F0000 FATAL: auth_query returned more than one row");
    }
  }

  @Test
  void an_asker_the_server_refuses_is_not_what_a_stranger_hears_of() {
    try (TestPooler pooler = pooler("md5", "auth_user=changer")) {
      assertThat(Refusals.of(pooler.target(direct).as("scrammer", PASSWORD)))
          .isEqualTo(
              "08006 FATAL: server login has been failing, try again later (server_login_retry)");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x'; DROP TABLE auth.people; --",
        "\"; DROP TABLE auth.people; --",
        "$1",
        "scrammer\\",
        "' OR ''='",
        "a\nb",
        "%s%n",
        "\u00e9\u4e2d\ud83d\ude00",
        "0123456789012345678901234567890123456789012345678901234567890123456789"
      })
  void a_hostile_user_name_is_a_name_of_nobody(String name) throws Exception {
    try (TestPooler pooler = pooler("scram-sha-256", "")) {
      assertThat(Refusals.of(pooler.target(direct).as(name, PASSWORD))).startsWith("28P01");
      assertThat(Refusals.of(pooler.target(direct).as("scrammer", PASSWORD))).isEqualTo("in");
    }
    assertThat(Refusals.ask(direct, "SELECT count(*) > 0 FROM auth.people")).isEqualTo("t");
  }

  @Test
  void neither_a_clients_search_path_nor_the_roles_own_decides_what_is_asked() throws Exception {
    execute(
        """
        CREATE SCHEMA evil;
        CREATE TABLE evil.pg_authid AS SELECT 'nobody'::name AS rolname, 'guessed' AS rolpassword,
          NULL::timestamptz AS rolvaliduntil, true AS rolcanlogin;
        ALTER ROLE asker SET search_path = evil, pg_catalog;
        """);
    try (TestPooler pooler = pooler("plain", "connect_query='SET search_path = evil'")) {
      for (String parameter : List.of("search_path", "options")) {
        String value = parameter.equals("options") ? "-c search_path=evil,pg_catalog" : "evil";
        assertThat(
                Refusals.of(
                    pooler.target(direct).as("nobody", "guessed"),
                    parameter.equals("options")
                        ? Map.of("options", value)
                        : Map.of("currentSchema", value)))
            .startsWith("28P01");
      }
    } finally {
      execute("ALTER ROLE asker RESET search_path; DROP SCHEMA evil CASCADE");
    }
  }

  @Test
  void who_is_not_let_near_by_the_rules_is_not_looked_up(@TempDir Path folder) throws Exception {
    Path rules = folder.resolve("pg_hba.conf");
    Files.writeString(
        rules, "host all md5er all reject\nhost all all 127.0.0.1/32 scram-sha-256\n");
    execute("TRUNCATE auth.asked");
    try (TestPooler pooler =
        pooler(
            "hba", "", "auth_hba_file = " + rules, "auth_query = SELECT * FROM auth.look_up($1)")) {
      assertThat(Refusals.of(pooler.target(direct).as("md5er", PASSWORD))).startsWith("28000");
      assertThat(asked()).isZero();
      assertThat(Refusals.of(pooler.target(direct).as("scrammer", PASSWORD))).isEqualTo("in");
      assertThat(asked()).isEqualTo(1);
    }
  }

  @Test
  void a_look_up_that_takes_too_long_ends_with_the_login() throws Exception {
    try (TestPooler pooler =
        pooler(
            "scram-sha-256",
            "",
            "client_login_timeout = 1",
            "auth_query = SELECT $1::text, pg_sleep(30)::text")) {
      long start = System.nanoTime();

      assertThat(Refusals.of(pooler.target(direct).as("scrammer", PASSWORD)))
          .containsAnyOf("client_login_timeout", "auth_query was not answered in time");

      assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
      assertThat(comesToRest()).as("the query was cancelled").isTrue();
    }
  }

  private static boolean comesToRest() throws Exception {
    for (int i = 0; i < 100; i++) {
      String busy =
          Refusals.ask(
              direct,
              "SELECT count(*) FROM pg_stat_activity WHERE usename = 'asker' AND state = 'active'");
      if (busy.equals("0")) {
        return true;
      }
      Thread.sleep(100);
    }
    return false;
  }

  @Test
  void psql_and_psycopg_come_in_by_look_up_too() {
    try (TestPooler pooler = pooler("scram-sha-256", "")) {
      Target pooled = pooler.target(direct).as("scrammer", PASSWORD);

      assertThat(
              Program.postgres("psql", "-XAtc", "SELECT current_user")
                  .connectedTo(pooled)
                  .run()
                  .succeeded()
                  .out())
          .isEqualTo("scrammer\n");
      assertThat(
              Program.of(
                      Path.of("/usr/bin/python3"),
                      "python3-psycopg",
                      "-c",
                      "import psycopg; c = psycopg.connect('');"
                          + " print(c.execute('SELECT current_user').fetchone()[0])")
                  .connectedTo(pooled)
                  .run()
                  .succeeded()
                  .out())
          .isEqualTo("scrammer\n");
    }
  }
}
