package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.wire.auth.Md5Password;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;

/** Every way a client may prove itself, with every way the server may ask us. */
class AuthTest {
  private static final String PASSWORD = "Pr\u00fcfung 1!";
  private static final List<String> SERVER_METHODS =
      List.of("trust", "password", "md5", "scram-sha-256");
  private static final List<String> CLIENT_METHODS =
      List.of("trust", "plain", "md5", "scram-sha-256", "any");

  private static PostgresServer server;
  private static final Map<String, String> VERIFIERS = new LinkedHashMap<>();

  /** How a password is written in the user list. */
  enum Stored {
    PLAIN,
    MD5,
    VERIFIER
  }

  @BeforeAll
  static void startServer() throws SQLException {
    List<String> hba = new ArrayList<>();
    for (String method : SERVER_METHODS) {
      hba.add("host all " + user(method) + " 127.0.0.1/32 " + method);
    }
    server = PostgresServer.start(PostgresOptions.defaults().withHbaLines(hba));
    for (String method : SERVER_METHODS) {
      String encryption = method.equals("md5") ? "md5" : "scram-sha-256";
      server
          .local()
          .execute(
              "postgres",
              "SET password_encryption = '%s'; CREATE ROLE %s LOGIN PASSWORD '%s'"
                  .formatted(encryption, user(method), PASSWORD));
      VERIFIERS.put(method, verifier(user(method)));
    }
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  private static String user(String serverMethod) {
    return "by_" + serverMethod.replace('-', '_');
  }

  private static String verifier(String user) throws SQLException {
    try (Connection connection = server.database("postgres").connect();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery("SELECT rolpassword FROM pg_authid WHERE rolname = '" + user + "'")) {
      row.next();
      return row.getString(1);
    }
  }

  static List<Arguments> combinations() {
    List<Arguments> all = new ArrayList<>();
    for (String client : CLIENT_METHODS) {
      for (String serverMethod : SERVER_METHODS) {
        for (Stored stored : Stored.values()) {
          all.add(Arguments.of(client, serverMethod, stored));
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "client {0}, server {1}, stored as {2}")
  @MethodSource("combinations")
  void a_client_gets_in_when_what_is_stored_is_enough(
      String clientMethod, String serverMethod, Stored stored) throws Exception {
    String user = user(serverMethod);
    String secret =
        switch (stored) {
          case PLAIN -> PASSWORD;
          case MD5 -> Md5Password.hash(PASSWORD, user);
          // A server that asks for MD5 has no verifier; another user's is as good for the client.
          case VERIFIER -> verifierFor(serverMethod);
        };
    Target direct = server.database("postgres").as(user, PASSWORD);
    try (TestPooler pooler = start(direct, clientMethod, Map.of(user, secret))) {
      Target pooled = pooler.target(direct);
      if (isEnough(clientMethod, serverMethod, stored)) {
        try (Connection connection = pooled.connect();
            ResultSet row = connection.createStatement().executeQuery("SELECT current_user")) {
          row.next();
          assertThat(row.getString(1)).isEqualTo(user);
        }
      } else {
        assertRefused(pooled, "28P01");
      }
    }
  }

  private static String verifierFor(String serverMethod) {
    return Objects.requireNonNull(
        VERIFIERS.get(serverMethod.equals("md5") ? "password" : serverMethod));
  }

  /** What can be done with a secret (docs: "Password Authentication"). */
  private static boolean isEnough(String clientMethod, String serverMethod, Stored stored) {
    boolean proves =
        switch (clientMethod) {
          case "scram-sha-256" -> stored != Stored.MD5;
          default -> true; // md5 asks for SCRAM where a verifier is stored
        };
    boolean showsScramKeys =
        clientMethod.equals("scram-sha-256")
            || (clientMethod.equals("md5") && stored == Stored.VERIFIER);
    boolean logsIn =
        switch (serverMethod) {
          case "trust" -> true;
          case "password" -> stored == Stored.PLAIN;
          case "md5" -> stored != Stored.VERIFIER;
          default -> stored == Stored.PLAIN || (stored == Stored.VERIFIER && showsScramKeys);
        };
    return proves && logsIn;
  }

  @ParameterizedTest
  @MethodSource("passwordMethods")
  void a_wrong_password_and_an_unknown_user_are_refused_alike(String clientMethod)
      throws Exception {
    String user = user("trust");
    Target direct = server.database("postgres").as(user, "wrong");
    for (String secret :
        List.of(PASSWORD, Md5Password.hash(PASSWORD, user), verifierFor("trust"))) {
      try (TestPooler pooler = start(direct, clientMethod, Map.of(user, secret))) {
        String known = assertRefused(pooler.target(direct), "28P01");
        String unknown = assertRefused(pooler.target(direct).as("nobody", PASSWORD), "28P01");

        assertThat(known)
            .isEqualTo("FATAL: password authentication failed for user \"" + user + "\"");
        assertThat(unknown).isEqualTo(known.replace(user, "nobody"));
      }
    }
  }

  static List<String> passwordMethods() {
    return List.of("plain", "md5", "scram-sha-256");
  }

  @Test
  void an_unknown_database_is_refused_with_3d000_after_the_password_was_checked() throws Exception {
    String user = user("trust");
    Target direct = server.database("postgres").as(user, PASSWORD);
    try (TestPooler pooler = start(direct, "scram-sha-256", Map.of(user, PASSWORD))) {
      Target elsewhere = pooler.target(direct).in("nowhere");

      assertThat(assertRefused(elsewhere, "3D000")).contains("\"nowhere\" does not exist");
      assertRefused(elsewhere.as(user, "wrong"), "28P01");
    }
  }

  @Test
  void a_database_that_only_the_server_does_not_know_is_refused_with_3d000() throws Exception {
    String user = user("trust");
    Target direct = server.database("postgres").as(user, PASSWORD);
    try (TestPooler pooler =
        TestPooler.start(
            TestPooler.entry(direct.in("vanished")).indent(0).transform("[databases]\n"::concat),
            Map.of(user, PASSWORD))) {

      assertThat(assertRefused(pooler.target(direct).in("vanished"), "3D000"))
          .contains("\"vanished\" does not exist");
    }
  }

  private static TestPooler start(Target direct, String clientMethod, Map<String, String> users) {
    String forced = clientMethod.equals("any") ? " user=" + direct.user() : "";
    return TestPooler.start(
        """
        [databases]
        %s%s
        [pgbouncer]
        auth_type = %s
        """
            .formatted(TestPooler.entry(direct), forced, clientMethod),
        users);
  }

  private static String assertRefused(Target target, String sqlState) {
    List<String> message = new ArrayList<>();
    assertThatThrownBy(() -> target.connect().close())
        .isInstanceOfSatisfying(
            PSQLException.class,
            e -> {
              assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(sqlState);
              message.add(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            });
    return message.getFirst();
  }
}
