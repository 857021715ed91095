package dev.howdah.it.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.fixture.Certificates;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server that encrypts, and asks for SCRAM or for certificates where it does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerTlsTest {
  private static final String IS_ENCRYPTED =
      "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

  private Path folder;
  private Certificates certificates;
  private PostgresServer server;
  private Target direct;

  @SuppressWarnings("NullAway.Init") // all fields: before the first test
  ServerTlsTest() {}

  @BeforeAll
  void startServer(@TempDir Path made) throws Exception {
    folder = made;
    certificates = new Certificates(folder);
    certificates.issue("app");
    certificates.issue("dbhost"); // and its address, but not the name localhost
    server =
        PostgresServer.start(
            PostgresOptions.defaults()
                .withHbaLines(
                    List.of(
                        "hostssl all bound 127.0.0.1/32 scram-sha-256",
                        "hostssl all app 127.0.0.1/32 cert",
                        "local all all trust")));
    Path data = server.local().dataDirectory();
    for (String name : List.of("dbhost.key", "dbhost.crt", "ca.crt")) {
      Path copy = Files.copy(certificates.file(name), data.resolve(name));
      UserPrincipal owner = Files.getOwner(data);
      Files.setOwner(copy, owner);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    }
    direct = server.createDatabase("tls");
    for (String sql :
        List.of(
            "ALTER SYSTEM SET ssl_cert_file = 'dbhost.crt'",
            "ALTER SYSTEM SET ssl_key_file = 'dbhost.key'",
            "ALTER SYSTEM SET ssl_ca_file = 'ca.crt'",
            "ALTER SYSTEM SET ssl = on",
            "CREATE ROLE bound LOGIN PASSWORD 'secret'",
            "CREATE ROLE app LOGIN",
            "SELECT pg_reload_conf()")) {
      server.local().execute("postgres", sql);
    }
  }

  @AfterAll
  void stopServer() {
    server.close();
  }

  private TestPooler pooler(String host, String mode, String... more) {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add("server_tls_sslmode = " + mode);
    return TestPooler.start(
        """
        [databases]
        tls = host=%s port=%d dbname=%s
        [pgbouncer]
        pool_mode = transaction
        %s
        """
            .formatted(host, direct.endpoint().port(), direct.database(), String.join("\n", lines)),
        Map.of("postgres", "", "bound", "secret", "app", ""));
  }

  private static String ask(TestPooler pooler, Target target, String user) throws SQLException {
    try (Connection jdbc = pooler.target(target.in("tls")).as(user, "").connect();
        ResultSet answer = jdbc.createStatement().executeQuery(IS_ENCRYPTED)) {
      assertThat(answer.next()).isTrue();
      return answer.getString(1);
    }
  }

  @Test
  void modes_decide_whether_the_server_connection_is_encrypted() throws Exception {
    for (var wanted : Map.of("disable", "false", "prefer", "true", "require", "true").entrySet()) {
      try (TestPooler pooler = pooler("127.0.0.1", wanted.getKey())) {
        assertThat(ask(pooler, direct, "postgres")).isEqualTo(wanted.getValue());
      }
    }
  }

  @Test
  void authority_and_name_are_verified() throws Exception {
    String ca = "server_tls_ca_file = " + certificates.file("ca.crt");
    try (TestPooler pooler = pooler("127.0.0.1", "verify-full", ca)) {
      assertThat(ask(pooler, direct, "postgres")).isEqualTo("true");
    }
    try (TestPooler pooler = pooler("localhost", "verify-ca", ca)) {
      assertThat(ask(pooler, direct, "postgres")).isEqualTo("true");
    }
    try (TestPooler pooler = pooler("localhost", "verify-full", ca)) {
      assertThatThrownBy(() -> ask(pooler, direct, "postgres"))
          .hasMessageContaining("failed the TLS handshake");
    }
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    String stranger = "server_tls_ca_file = " + new Certificates(elsewhere).file("ca.crt");
    try (TestPooler pooler = pooler("localhost", "verify-ca", stranger)) {
      assertThatThrownBy(() -> ask(pooler, direct, "postgres"))
          .hasMessageContaining("failed the TLS handshake");
    }
  }

  @Test
  void scram_is_bound_and_certificates_are_shown() throws Exception {
    try (TestPooler pooler =
        pooler(
            "127.0.0.1",
            "require",
            "server_tls_key_file = " + certificates.file("app.key"),
            "server_tls_cert_file = " + certificates.file("app.crt"))) {
      assertThat(ask(pooler, direct, "bound")).isEqualTo("true");
      assertThat(ask(pooler, direct, "app")).isEqualTo("true");
    }
  }

  @Test
  void cancel_requests_are_encrypted_and_arrive() throws Exception {
    try (TestPooler pooler = pooler("127.0.0.1", "require");
        Connection jdbc = pooler.target(direct.in("tls")).connect();
        var statement = jdbc.createStatement()) {
      statement.setQueryTimeout(1);

      assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(30)"))
          .hasMessageContaining("canceling statement due to user request");
    }
  }

  @Test
  void a_server_without_encryption_is_used_only_where_none_is_required() throws Exception {
    try (PostgresServer plain = PostgresServer.start(PostgresOptions.defaults())) {
      Target database = plain.createDatabase("plain");
      for (String mode : List.of("prefer", "require")) {
        try (TestPooler pooler =
            TestPooler.start(
                "[databases]\ntls = host=127.0.0.1 port=%d dbname=%s\n[pgbouncer]\nserver_tls_sslmode = %s"
                    .formatted(database.endpoint().port(), database.database(), mode))) {
          if (mode.equals("prefer")) {
            assertThat(ask(pooler, database, "postgres")).isEqualTo("false");
          } else {
            assertThatThrownBy(() -> ask(pooler, database, "postgres"))
                .hasMessageContaining("does not do TLS");
          }
        }
      }
    }
  }

  @Test
  void a_server_that_cannot_begin_at_once_is_refused() {
    String negotiation = "server_tls_sslnegotiation = direct"; // PostgreSQL 17 has it, this is 15
    try (TestPooler pooler = pooler("127.0.0.1", "require", negotiation)) {
      assertThatThrownBy(() -> ask(pooler, direct, "postgres"))
          .hasMessageContaining("cannot connect to server");
    }
  }

  @Test
  void handshakes_are_counted() throws Exception {
    try (TestPooler pooler = pooler("127.0.0.1", "require\n[http]\nlisten = 127.0.0.1:0");
        HttpClient http = HttpClient.newHttpClient()) {
      assertThat(ask(pooler, direct, "postgres")).isEqualTo("true");

      int port = pooler.pooler().httpPort().orElseThrow();
      URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
      String told =
          http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();

      assertThat(told)
          .containsPattern(
              "howdah_tls_handshakes_total\\{[^}]*side=\"server\"[^}]*version=\"TLSv1.3\"[^}]*} 1.0")
          .contains("howdah_tls_handshakes_failed_total{side=\"client\"} 0.0")
          .contains("howdah_tls_handshakes_failed_total{side=\"server\"} 0.0");
    }
  }
}
