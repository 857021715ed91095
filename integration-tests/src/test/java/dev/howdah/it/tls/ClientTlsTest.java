package dev.howdah.it.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.it.fixture.Certificates;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that encrypt, and some that only pretend to. */
@ExtendWith(PostgresServer.Shared.class)
class ClientTlsTest {
  private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

  @TempDir Path folder;
  private final PostgresServer server;
  private Certificates certificates;
  private Target direct;

  @SuppressWarnings("NullAway.Init") // certificates and direct: before each test
  ClientTlsTest(PostgresServer server) {
    this.server = server;
  }

  @BeforeEach
  void prepare() throws Exception {
    certificates = new Certificates(folder);
    direct = server.createDatabase("tls");
  }

  private TestPooler pooler(String mode, String... more) {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add("client_tls_sslmode = " + mode);
    lines.add("client_tls_key_file = " + certificates.file("localhost.key"));
    lines.add("client_tls_cert_file = " + certificates.file("localhost.crt"));
    return TestPooler.before(direct, "transaction", lines.toArray(String[]::new));
  }

  private Program psql(Target target, String sslMode) {
    return Program.postgres("psql", "-XAtc", "SELECT 6 * 7")
        .connectedTo(target)
        .withEnvironment(
            Map.of(
                "PGSSLMODE", sslMode,
                "PGSSLROOTCERT", certificates.file("ca.crt").toString(),
                "HOME", folder.toString()));
  }

  @Test
  void psql_comes_in_with_every_mode_that_encrypts_and_verifies_our_name() {
    try (TestPooler pooler = pooler("require", "event_loops = 2")) {
      Target pooled = pooler.target(direct);
      for (String mode : List.of("require", "verify-ca", "verify-full", "prefer")) {
        assertThat(psql(pooled, mode).run().succeeded().out()).isEqualTo("42\n");
      }

      Program.Result plain = psql(pooled, "disable").run();
      assertThat(plain.exitCode()).isNotZero();
      assertThat(plain.err()).contains("SSL required");
    }
  }

  @Test
  void without_need_clients_may_do_as_they_like() {
    try (TestPooler pooler = pooler("allow", "unix_socket_dir = SOCKETS")) {
      Target pooled = pooler.target(direct);
      assertThat(psql(pooled, "disable").run().succeeded().out()).isEqualTo("42\n");
      assertThat(psql(pooled, "require").run().succeeded().out()).isEqualTo("42\n");
      assertThat(psql(pooler.socketTarget(direct), "prefer").run().succeeded().out())
          .isEqualTo("42\n");
    }
  }

  @Test
  void scram_is_bound_to_the_connection_by_clients_that_insist() throws Exception {
    try (TestPooler pooler =
        TestPooler.start(
            """
            [databases]
            %s
            [pgbouncer]
            auth_type = scram-sha-256
            client_tls_sslmode = require
            client_tls_key_file = %s
            client_tls_cert_file = %s
            """
                .formatted(
                    TestPooler.entry(direct) + " user=postgres",
                    certificates.file("localhost.key"),
                    certificates.file("localhost.crt")),
            Map.of("postgres", "secret"))) {
      Target pooled = pooler.target(direct).as("postgres", "secret");
      assertThat(
              psql(pooled, "require")
                  .withEnvironment(Map.of("PGCHANNELBINDING", "require"))
                  .run()
                  .succeeded()
                  .out())
          .isEqualTo("42\n");

      try (Connection jdbc =
              pooled.connect(Map.of("sslmode", "require", "channelBinding", "require"));
          ResultSet answer = jdbc.createStatement().executeQuery("SELECT 6 * 7")) {
        assertThat(answer.next()).isTrue();
        assertThat(answer.getInt(1)).isEqualTo(42);
      }
    }
  }

  @Test
  void big_answers_and_loads_pass_and_many_clients_on_two_loops_come_in() throws Exception {
    try (TestPooler pooler = pooler("require", "event_loops = 2", "default_pool_size = 2")) {
      Target pooled = pooler.target(direct);
      List<CompletableFuture<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        clients.add(CompletableFuture.supplyAsync(() -> lengthOfBigAnswer(pooled)));
      }
      for (var client : clients) {
        assertThat(client.get(60, TimeUnit.SECONDS)).isEqualTo(3_000_000);
      }
    }
  }

  private static int lengthOfBigAnswer(Target pooled) {
    try (Connection jdbc = pooled.connect(Map.of("sslmode", "require"));
        ResultSet answer = jdbc.createStatement().executeQuery("SELECT repeat('x', 3000000)")) {
      answer.next();
      return answer.getString(1).length();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_cancel_request_works_over_an_encrypted_session() throws Exception {
    try (TestPooler pooler = pooler("require");
        Connection jdbc = pooler.target(direct).connect(Map.of("sslmode", "require"));
        var statement = jdbc.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(30)"))
          .hasMessageContaining("canceling statement due to user request");
    }
  }

  @Test
  void a_client_certificate_names_the_user() throws Exception {
    certificates.issue("postgres");
    certificates.issue("alias");
    Path rules =
        Files.writeString(
            folder.resolve("pg_hba.conf"),
            """
            hostssl all postgres all cert map=people
            hostnossl all all all reject
            hostssl all all all trust clientcert=verify-full
            """);
    Path maps =
        Files.writeString(
            folder.resolve("pg_ident.conf"), "people alias postgres\npeople postgres postgres\n");
    try (TestPooler pooler =
        pooler(
            "prefer",
            "auth_type = hba",
            "auth_hba_file = " + rules,
            "auth_ident_file = " + maps,
            "client_tls_ca_file = " + certificates.file("ca.crt"))) {
      Target pooled = pooler.target(direct);
      assertThat(withCertificate(pooled, "postgres").run().succeeded().out()).isEqualTo("42\n");
      assertThat(withCertificate(pooled, "alias").run().succeeded().out()).isEqualTo("42\n");
      assertThat(withCertificate(pooled, "localhost").run().err())
          .contains("certificate authentication failed for user \"postgres\"");
      assertThat(psql(pooled, "require").run().err())
          .contains("connection requires a valid client certificate");
      assertThat(psql(pooled, "disable").run().err()).contains("rejects connection");
    }
  }

  @Test
  void verify_full_wants_a_certificate_of_everybody() throws Exception {
    certificates.issue("postgres");
    try (TestPooler pooler =
        pooler(
            "verify-full",
            "auth_type = cert",
            "client_tls_ca_file = " + certificates.file("ca.crt"))) {
      Target pooled = pooler.target(direct);
      assertThat(withCertificate(pooled, "postgres").run().succeeded().out()).isEqualTo("42\n");
      assertThat(psql(pooled, "require").run().exitCode()).isNotZero();
    }
  }

  private Program withCertificate(Target target, String name) {
    return psql(target, "require")
        .withEnvironment(
            Map.of(
                "PGSSLCERT", certificates.file(name + ".crt").toString(),
                "PGSSLKEY", certificates.file(name + ".key").toString()));
  }

  @Test
  void bytes_slipped_in_behind_the_request_are_refused() throws Exception {
    try (TestPooler pooler = pooler("require");
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), pooler.pooler().port())) {
      socket.setSoTimeout(10_000);
      byte[] both = ByteBuffer.allocate(16).put(SSL_REQUEST).put(new byte[8]).array();
      socket.getOutputStream().write(both);

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer)
          .startsWith("E")
          .contains("08P01")
          .contains("received unencrypted data after SSL request");
    }
  }

  @Test
  void a_second_request_is_refused() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "transaction");
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), pooler.pooler().port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(SSL_REQUEST);
      assertThat(socket.getInputStream().read()).isEqualTo('N');
      socket.getOutputStream().write(SSL_REQUEST);

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).contains("too many encryption requests");
    }
  }

  @Test
  void tls_may_start_at_once_by_those_who_name_the_protocol() throws Exception {
    try (TestPooler pooler = pooler("require")) {
      try (SSLSocket socket = tlsSocket(pooler, "postgresql")) {
        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo("postgresql");
        byte[] settings =
            ("user\0postgres\0database\0" + direct.database() + "\0\0")
                .getBytes(StandardCharsets.UTF_8);
        socket
            .getOutputStream()
            .write(
                ByteBuffer.allocate(8 + settings.length)
                    .putInt(8 + settings.length)
                    .putInt(0x0003_0000)
                    .put(settings)
                    .array());
        var in = new DataInputStream(socket.getInputStream());
        assertThat((char) in.readByte()).isEqualTo('R');
      }
      try (SSLSocket socket = tlsSocket(pooler, null)) {
        socket.startHandshake();
        assertThat(isClosed(socket)).isTrue();
      }
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  private SSLSocket tlsSocket(TestPooler pooler, @Nullable String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {certificates.authority().toTrustManager()}, null);
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), pooler.pooler().port());
    socket.setSoTimeout(10_000);
    if (protocol != null) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
    }
    return socket;
  }
}
