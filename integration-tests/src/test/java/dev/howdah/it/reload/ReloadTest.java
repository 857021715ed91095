package dev.howdah.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.console.OperatorConsole;
import dev.howdah.it.fixture.Certificates;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.pooler.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What each kind of change does to those who are connected. */
@ExtendWith(PostgresServer.Shared.class)
class ReloadTest {
  private final PostgresServer server;
  private final Target direct;

  @TempDir Path folder;

  ReloadTest(PostgresServer server) throws SQLException {
    this.server = server;
    this.direct = server.createDatabase("reload");
  }

  private static void reload(TestPooler pooler) throws ConfigException {
    pooler.pooler().reload("a test");
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (ResultSet answer = connection.createStatement().executeQuery(sql)) {
      answer.next();
      return answer.getString(1);
    }
  }

  private static ServerErrorMessage refusal(Target target) {
    try {
      target.connect().close();
    } catch (PSQLException e) {
      return Objects.requireNonNull(e.getServerErrorMessage());
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("was let in");
  }

  // ---- all or nothing ----

  @Test
  void a_bad_file_changes_nothing_and_everything_wrong_is_named() throws Exception {
    var certificates = new Certificates(folder);
    Path hba = Files.writeString(folder.resolve("hba.conf"), "host all all all trust\n");
    try (TestPooler pooler =
            TestPooler.before(
                direct,
                "transaction",
                "admin_users = postgres",
                "auth_type = hba",
                "auth_hba_file = " + hba,
                "client_tls_sslmode = allow",
                "client_tls_key_file = " + certificates.file("localhost.key"),
                "client_tls_cert_file = " + certificates.file("localhost.crt"));
        OperatorConsole console = OperatorConsole.open(pooler.target(direct));
        Connection client = pooler.target(direct).connect()) {
      Change.write(hba, "host all all all trust\nhost all all 10.0.0.0/33 md5\n");
      Files.copy(
          certificates.file("ca.crt"),
          certificates.file("localhost.key"),
          StandardCopyOption.REPLACE_EXISTING);
      Change.append(pooler, "defaultpool_size = 7\nmax_client_conn = 1");

      assertThatThrownBy(() -> console.order("RELOAD"))
          .isInstanceOfSatisfying(
              PSQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("F0000");
                assertThat(e.getServerErrorMessage().getDetail().lines())
                    .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("hba.conf:2: ").contains("10.0.0.0/33"),
                        line ->
                            assertThat(line)
                                .contains("howdah.ini:")
                                .contains("client_tls_key_file")
                                .contains("holds no private key in PEM form"),
                        line ->
                            assertThat(line)
                                .contains("defaultpool_size = 7")
                                .contains("did you mean default_pool_size?"));
              });

      assertThat(ask(client, "SELECT 1")).isEqualTo("1");
      pooler.target(direct).connect(Map.of("sslmode", "require")).close();
    }
  }

  // ---- databases ----

  @Test
  void databases_come_change_and_go() throws Exception {
    Target other = server.createDatabase("reload");
    try (TestPooler pooler =
        TestPooler.start(
            "[databases]\nmoved = %s\ngone = %s\n[pgbouncer]\npool_mode = transaction\n"
                .formatted(at(direct), at(other)))) {
      Target moved = pooler.target(direct).in("moved");
      try (Connection client = moved.connect();
          Connection busy = moved.connect();
          Connection dropped = moved.in("gone").connect()) {
        busy.setAutoCommit(false);
        assertThat(ask(busy, "SELECT current_database()")).isEqualTo(direct.database());
        assertThat(ask(dropped, "SELECT 1")).isEqualTo("1");

        Change.inIni(pooler, "moved = " + at(direct), "moved = " + at(other));
        Change.inIni(pooler, "gone = " + at(other), "fresh = " + at(direct));
        reload(pooler);

        assertThat(ask(busy, "SELECT current_database()")).isEqualTo(direct.database());
        busy.commit();
        assertThatThrownBy(() -> ask(dropped, "SELECT 1"))
            .isInstanceOfSatisfying(
                PSQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P04"));
        assertThat(refusal(moved.in("gone")).getSQLState()).isEqualTo("3D000");
        moved.in("fresh").connect().close();
        try (Connection late = moved.connect()) {
          assertThat(ask(late, "SELECT current_database()")).isEqualTo(other.database());
        }
        assertThat(ask(client, "SELECT current_database()")).isEqualTo(other.database());
      }
    }
  }

  private static String at(Target target) {
    return TestPooler.entry(target).substring(target.database().length() + 3);
  }

  // ---- pools ----

  @Test
  void a_pool_grows_over_all_loops_and_shrinks_again() throws Exception {
    try (TestPooler pooler =
        TestPooler.before(direct, "transaction", "default_pool_size = 1", "event_loops = 2")) {
      try (Connection first = pooler.target(direct).connect();
          Connection second = pooler.target(direct).connect()) {
        begin(first);

        Change.inIni(pooler, "default_pool_size = 1", "default_pool_size = 8");
        reload(pooler);

        begin(second);
        try (Connection third = pooler.target(direct).connect()) {
          begin(third);
          assertThat(pooler.stats().servers()).isEqualTo(3);
          Change.inIni(pooler, "default_pool_size = 8", "default_pool_size = 2");
          reload(pooler);
          assertThat(ask(third, "SELECT 1")).isEqualTo("1");
        }
        assertThat(ask(first, "SELECT 1")).isEqualTo("1");
      }
      await().until(() -> pooler.stats().servers() <= 2);
    }
  }

  /** Takes a server connection and keeps it. */
  private static void begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    ask(connection, "SELECT 1");
  }

  @Test
  void who_waits_gets_a_connection_when_the_pool_grows() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "default_pool_size = 1");
        Connection holder = pooler.target(direct).connect();
        Connection waiter = pooler.target(direct).connect()) {
      begin(holder);
      var waiting = CompletableFuture.supplyAsync(() -> answer(waiter), Thread::startVirtualThread);
      await().until(() -> pooler.stats().waiting() == 1);

      Change.inIni(pooler, "default_pool_size = 1", "default_pool_size = 2");
      reload(pooler);

      assertThat(waiting.get()).isEqualTo("7");
    }
  }

  private static String answer(Connection connection) {
    try {
      return ask(connection, "SELECT 7");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_session_that_leaves_session_pooling_leaves_nothing_behind() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "session", "default_pool_size = 1");
        Connection client = pooler.target(direct).connect()) {
      client.createStatement().execute("CREATE TEMP TABLE mine (n int)");

      Change.inIni(pooler, "pool_mode = session", "pool_mode = transaction");
      reload(pooler);

      ask(client, "SELECT 1"); // the end of this transaction
      try (Connection other = pooler.target(direct).connect()) {
        assertThat(ask(other, "SELECT to_regclass('pg_temp.mine') IS NULL")).isEqualTo("t");
        assertThat(ask(client, "SELECT 2")).isEqualTo("2");
      }

      Change.inIni(pooler, "pool_mode = transaction", "pool_mode = session");
      reload(pooler);
      client.createStatement().execute("CREATE TEMP TABLE mine (n int)");
      assertThat(ask(client, "SELECT count(*) FROM mine")).isEqualTo("0");
    }
  }

  // ---- secrets ----

  @Test
  void a_rotated_password_works_for_clients_and_servers_without_dropping_anyone() throws Exception {
    try (PostgresServer own =
        PostgresServer.start(
            PostgresOptions.defaults()
                .withHbaLines(List.of("host all app 127.0.0.1/32 scram-sha-256")))) {
      own.local().execute("postgres", "CREATE ROLE app LOGIN PASSWORD 'old'");
      Target app = own.database("postgres").as("app", "old");
      try (TestPooler pooler =
          TestPooler.start(
              """
              [databases]
              %s
              [pgbouncer]
              auth_type = scram-sha-256
              pool_mode = transaction
              """
                  .formatted(TestPooler.entry(app)),
              Map.of("app", "old"))) {
        Target pooled = pooler.target(app);
        try (Connection there = pooled.connect()) {
          assertThat(ask(there, "SELECT 1")).isEqualTo("1");

          own.local().execute("postgres", "ALTER ROLE app PASSWORD 'new'");
          Change.write(pooler.userList(), "\"app\" \"new\"\n");
          reload(pooler);
          own.local()
              .execute(
                  "postgres",
                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      + " WHERE usename = 'app'");
          await().until(() -> pooler.stats().servers() == 0);

          assertThat(ask(there, "SELECT 2")).isEqualTo("2");
          assertThat(refusal(pooled).getSQLState()).isEqualTo("28P01");
          try (Connection late = pooled.as("app", "new").connect()) {
            assertThat(ask(late, "SELECT 3")).isEqualTo("3");
          }
        }
      }
    }
  }

  @Test
  void new_handshakes_get_the_new_certificate_and_old_connections_stay() throws Exception {
    var certificates = new Certificates(folder);
    certificates.issue("localhost");
    var renewed = new Certificates(Files.createDirectory(folder.resolve("renewed")));
    try (TestPooler pooler =
        TestPooler.before(
            direct,
            "transaction",
            "client_tls_sslmode = require",
            "client_tls_key_file = " + certificates.file("localhost.key"),
            "client_tls_cert_file = " + certificates.file("localhost.crt"))) {
      Target pooled = pooler.target(direct);
      try (Connection before = pooled.connect(verifying(certificates))) {
        for (String name : List.of("localhost.key", "localhost.crt")) {
          Files.copy(
              renewed.file(name), certificates.file(name), StandardCopyOption.REPLACE_EXISTING);
        }
        reload(pooler);

        assertThat(ask(before, "SELECT 1")).isEqualTo("1");
        pooled.connect(verifying(renewed)).close();
        assertThatThrownBy(() -> pooled.connect(verifying(certificates)).close())
            .isInstanceOf(PSQLException.class);
      }
    }
  }

  private static Map<String, String> verifying(Certificates signedBy) {
    return Map.of("sslmode", "verify-full", "sslrootcert", signedBy.file("ca.crt").toString());
  }

  // ---- file watch ----

  @Test
  void a_changed_file_is_noticed_and_a_broken_one_does_no_harm() throws Exception {
    try (TestPooler pooler =
        TestPooler.start(
            """
            [databases]
            %s user=postgres
            [pgbouncer]
            auth_type = scram-sha-256
            reload_on_change = 1
            """
                .formatted(TestPooler.entry(direct)),
            Map.of("anna", "old"))) {
      Target anna = pooler.target(direct).as("anna", "old");
      anna.connect().close();

      Change.write(pooler.userList(), "anna\n");
      await().during(Duration.ofSeconds(2)).until(() -> isLetIn(anna));
      Change.write(pooler.userList(), "\"anna\" \"new\"\n");

      await().until(() -> isLetIn(anna.as("anna", "new")));
      assertThat(isLetIn(anna)).isFalse();
    }
  }

  private static boolean isLetIn(Target target) {
    try {
      target.connect().close();
      return true;
    } catch (SQLException e) {
      return false;
    }
  }
}
