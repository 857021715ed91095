package dev.howdah.it.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.fixture.Certificates;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.it.oracle.Login.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way a client may prove itself, by every way a server may ask us, with every kind of
 * encryption on either side, by libpq, psycopg2, psycopg 3 and pgjdbc: what can work works, the
 * rest is refused in words that tell why.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthMatrixTest {
  private static final String PASSWORD = "Open sesame 1";
  private static final String SYSTEM_USER = System.getProperty("user.name");
  private static final int DIRECT_SINCE = 17;
  private static final List<ClientMethod> CLIENT_METHODS = List.of(ClientMethod.values());
  private static final List<ServerMethod> SERVER_METHODS = List.of(ServerMethod.values());

  private Path folder;
  private Certificates certificates;
  private final Map<Integer, PostgresServer> servers = new LinkedHashMap<>();

  /** How clients prove themselves. */
  enum ClientMethod {
    TRUST("trust"),
    PLAIN("plain"),
    MD5("md5"),
    SCRAM("scram-sha-256"),
    /** The client insists on channel binding. */
    SCRAM_PLUS("scram-sha-256"),
    CERT("cert"),
    /** On the Unix-domain socket. */
    PEER("peer"),
    /** SCRAM with TLS, MD5 without, the system's word on the socket. */
    HBA("hba");

    private final String authType;

    ClientMethod(String authType) {
      this.authType = authType;
    }
  }

  /** How the server has us prove ourselves; each for a user of its own. */
  enum ServerMethod {
    TRUST("host", "trust"),
    PASSWORD("host", "password"),
    MD5("host", "md5"),
    SCRAM("host", "scram-sha-256"),
    /** Where there is encryption, we bind to it. */
    SCRAM_PLUS("hostssl", "scram-sha-256"),
    CERT("hostssl", "cert");

    private final String record;
    private final String method;

    ServerMethod(String record, String method) {
      this.record = record;
      this.method = method;
    }

    String user() {
      return "by_" + name().toLowerCase(Locale.ROOT);
    }

    boolean needsTls() {
      return record.equals("hostssl");
    }
  }

  @SuppressWarnings("NullAway.Init") // folder and certificates: before the first test
  AuthMatrixTest() {}

  @BeforeAll
  void startServers(@TempDir Path made) throws Exception {
    folder = made;
    certificates = new Certificates(folder);
    List<String> hba = new ArrayList<>();
    for (ServerMethod method : SERVER_METHODS) {
      certificates.issue(method.user());
      hba.add("%s all %s 127.0.0.1/32 %s".formatted(method.record, method.user(), method.method));
    }
    PostgresOptions options = PostgresOptions.defaults().withHbaLines(hba);
    servers.put(15, PostgresServer.start(options));
    servers.put(18, PostgresServer.startEmbedded(options));
    for (PostgresServer server : servers.values()) {
      certificates.installInto(server, "localhost");
      for (ServerMethod method : SERVER_METHODS) {
        server
            .local()
            .execute(
                "postgres",
                "SET password_encryption = '%s'; CREATE ROLE %s LOGIN PASSWORD '%s'"
                    .formatted(
                        method == ServerMethod.MD5 ? "md5" : "scram-sha-256",
                        method.user(),
                        PASSWORD));
      }
    }
  }

  @AfterAll
  void stopServers() {
    servers.values().forEach(PostgresServer::close);
  }

  static List<Arguments> poolers() {
    List<Arguments> all = new ArrayList<>();
    for (int major : List.of(15, 18)) {
      for (ClientMethod method : CLIENT_METHODS) {
        all.add(Arguments.of(method, "disable", major));
        all.add(Arguments.of(method, "require", major));
        if (major >= DIRECT_SINCE) {
          all.add(Arguments.of(method, "direct", major));
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "clients by {0}, server TLS {1}, PostgreSQL {2}")
  @MethodSource("poolers")
  void what_can_work_works_and_the_rest_is_refused_with_the_reason(
      ClientMethod method, String serverTls, int major) throws Exception {
    var softly = new SoftAssertions();
    try (TestPooler pooler = pooler(method, serverTls, major)) {
      List<Login> byLibpq = new ArrayList<>();
      List<Expected> expected = new ArrayList<>();
      for (ServerMethod serverMethod : SERVER_METHODS) {
        for (Tls tls : method == ClientMethod.PEER ? List.of(Tls.OFF) : List.of(Tls.values())) {
          Login login = login(pooler, method, serverMethod, tls, major);
          Expected answer = expected(method, tls, serverMethod, !serverTls.equals("disable"));
          if (tls != Tls.DIRECT) {
            byLibpq.add(login);
            expected.add(answer);
          }
          if (method != ClientMethod.PEER) { // Java's driver has no Unix-domain sockets
            softly
                .assertThat(login.byPgjdbc())
                .as("pgjdbc, TLS %s, server %s", tls, serverMethod)
                .matches(answer.pattern());
          }
        }
      }
      if (major != PostgresServer.MAJOR) { // libpq does the same as with the other one
        byLibpq.clear();
      }
      List<String> psycopg = byLibpq.isEmpty() ? List.of() : Login.byPsycopg(3, byLibpq);
      List<String> psycopg2 = byLibpq.isEmpty() ? List.of() : Login.byPsycopg(2, byLibpq);
      for (int i = 0; i < byLibpq.size(); i++) {
        softly
            .assertThat(psycopg.get(i))
            .as("psycopg " + byLibpq.get(i))
            .matches(expected.get(i).pattern());
        softly
            .assertThat(psycopg2.get(i))
            .as("psycopg2 " + byLibpq.get(i))
            .matches(expected.get(i).pattern());
        softly
            .assertThat(byLibpq.get(i).byPsql())
            .as("psql " + byLibpq.get(i))
            .matches(expected.get(i).pattern());
      }
    }
    softly.assertAll();
  }

  /** What a client must hear, as a regular expression. */
  record Expected(String pattern) {}

  private static Expected expected(
      ClientMethod method, Tls tls, ServerMethod serverMethod, boolean serverTls) {
    if (tls == Tls.OFF && method == ClientMethod.CERT) {
      return new Expected("error .*SSL required");
    }
    if (tls == Tls.OFF && method == ClientMethod.SCRAM_PLUS) {
      return new Expected("error .*(?i:channel binding).*"); // the client's own words
    }
    if (serverMethod.needsTls() && !serverTls) {
      return new Expected(
          "error .*no pg_hba.conf entry for host \"127.0.0.1\", user \"%s\".*no encryption.*"
              .formatted(serverMethod.user()));
    }
    return new Expected("user " + serverMethod.user());
  }

  private Login login(
      TestPooler pooler, ClientMethod method, ServerMethod serverMethod, Tls tls, int major) {
    Target direct = server(major).database("postgres").as(serverMethod.user(), PASSWORD);
    boolean onSocket = method == ClientMethod.PEER;
    Target target =
        onSocket
            ? pooler.socketTarget(direct).as(SYSTEM_USER, "").in("as_" + serverMethod.user())
            : pooler.target(direct);
    String shown = method == ClientMethod.CERT ? serverMethod.user() : "";
    return new Login(target, tls, method == ClientMethod.SCRAM_PLUS, shown, certificates);
  }

  private PostgresServer server(int major) {
    return Objects.requireNonNull(servers.get(major));
  }

  private TestPooler pooler(ClientMethod method, String serverTls, int major) throws Exception {
    Target direct = server(major).database("postgres");
    StringBuilder databases = new StringBuilder(TestPooler.entry(direct) + "\n");
    Map<String, String> users = new LinkedHashMap<>(Map.of(SYSTEM_USER, ""));
    for (ServerMethod each : SERVER_METHODS) {
      users.put(each.user(), PASSWORD);
      databases.append(
          "as_%s = host=127.0.0.1 port=%d dbname=postgres user=%s password='%s'\n"
              .formatted(each.user(), direct.endpoint().port(), each.user(), PASSWORD));
    }
    Path rules =
        Files.writeString(
            folder.resolve("pg_hba.conf"),
            """
            hostssl   all all 127.0.0.1/32 scram-sha-256
            hostnossl all all 127.0.0.1/32 md5
            """);
    return TestPooler.start(
        """
        [databases]
        %s
        [pgbouncer]
        unix_socket_dir = SOCKETS
        auth_type = %s
        %s
        client_tls_sslmode = %s
        client_tls_key_file = %s
        client_tls_cert_file = %s
        client_tls_ca_file = %s
        server_tls_sslmode = %s
        server_tls_sslnegotiation = %s
        server_tls_key_file = %s
        server_tls_cert_file = %s
        """
            .formatted(
                databases,
                method.authType,
                method == ClientMethod.HBA ? "auth_hba_file = " + rules : "",
                method == ClientMethod.CERT ? "verify-full" : "allow",
                certificates.file("localhost.key"),
                certificates.file("localhost.crt"),
                certificates.file("ca.crt"),
                serverTls.equals("direct") ? "require" : serverTls,
                serverTls.equals("direct") ? "direct" : "postgres",
                certificates.file("by_cert.key"),
                certificates.file("by_cert.crt")),
        users);
  }

  @Test
  void a_verifier_is_not_enough_for_a_server_that_wants_more() throws Exception {
    Target direct = server(15).database("postgres");
    String verifier;
    try (Connection superuser = direct.connect();
        ResultSet row =
            superuser
                .createStatement()
                .executeQuery("SELECT rolpassword FROM pg_authid WHERE rolname = 'by_scram'")) {
      row.next();
      verifier = row.getString(1);
    }
    Map<String, String> users = new LinkedHashMap<>();
    SERVER_METHODS.forEach(method -> users.put(method.user(), verifier));
    try (TestPooler pooler =
        TestPooler.start(
            "[databases]\n%s\n[pgbouncer]\nauth_type = scram-sha-256"
                .formatted(TestPooler.entry(direct)),
            users)) {
      Map<ServerMethod, String> heard = new LinkedHashMap<>();
      for (ServerMethod method : SERVER_METHODS) {
        Target client = pooler.target(direct).as(method.user(), PASSWORD);
        heard.put(method, new Login(client, Tls.OFF, false, "", certificates).byPsql());
      }

      assertThat(heard.get(ServerMethod.TRUST)).isEqualTo("user by_trust");
      assertThat(heard.get(ServerMethod.SCRAM)).isEqualTo("user by_scram");
      assertThat(heard.get(ServerMethod.PASSWORD))
          .contains("the server asks for a plain password, and none is stored for user");
      assertThat(heard.get(ServerMethod.MD5))
          .contains("the server asks for a password or its MD5 hash, and none is stored for user")
          .contains("Add the password to auth_file, or password= to the database's line.");
    }
  }
}
