package dev.howdah.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who runs the process enters its console without a password, and sees its sockets. */
@ExtendWith(PostgresServer.Shared.class)
class OwnerTest {
  private final PostgresServer server;

  OwnerTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void the_owner_is_let_into_the_console_on_the_socket_only() throws Exception {
    Target direct = server.createDatabase("owner");
    try (TestPooler pooler =
        TestPooler.before(
            direct, "transaction", "auth_type = scram-sha-256", "unix_socket_dir = SOCKETS")) {
      Target socket = pooler.socketTarget(direct).as("pgbouncer", "");

      assertThat(psql(socket.in("pgbouncer"), "SHOW VERSION").output()).startsWith("Howdah ");
      assertThat(psql(socket.in("howdah"), "RESUME").output())
          .contains("pooler is not paused/suspended");
      assertThat(psql(socket, "SELECT 1").err()).contains("no password supplied");
      assertThat(psql(socket.as("somebody", "").in("pgbouncer"), "SHOW VERSION").err())
          .contains("no password supplied");
      assertThat(psql(pooler.target(direct).as("pgbouncer", "").in("pgbouncer"), "RELOAD").err())
          .contains("no password supplied");
    }
  }

  private static Program.Result psql(Target target, String sql) {
    return Program.postgres("psql", "-wXAtc", sql).connectedTo(target).run();
  }

  @Test
  void descriptors_are_shown_with_links_and_without_secrets() throws Exception {
    Target direct = server.createDatabase("fds");
    try (TestPooler pooler =
            TestPooler.before(
                direct, "session", "unix_socket_dir = SOCKETS", "admin_users = postgres");
        Connection client = pooler.target(direct).connect()) {
      client.createStatement().execute("SET TimeZone = 'Asia/Tokyo'");

      List<List<String>> rows = new ArrayList<>();
      try (Connection console = pooler.target(direct).in("pgbouncer").connect();
          ResultSet row = console.createStatement().executeQuery("SHOW FDS")) {
        while (row.next()) {
          List<String> values = new ArrayList<>();
          for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            values.add(String.valueOf(row.getString(i)));
          }
          rows.add(values);
        }
      }

      List<String> tasks = rows.stream().map(row -> row.get(1)).toList();
      assertThat(tasks).containsExactly("pooler", "pooler", "client", "server");
      List<String> clientRow = rows.get(2);
      List<String> serverRow = rows.get(3);
      assertThat(clientRow.subList(2, 5))
          .containsExactly("postgres", direct.database(), "127.0.0.1");
      assertThat(clientRow.get(7)).isEqualTo(serverRow.get(0));
      assertThat(serverRow.get(7)).isEqualTo(clientRow.get(0));
      assertThat(clientRow.get(6)).matches("\\d+");
      assertThat(serverRow.get(11)).isEqualTo("Asia/Tokyo");
      assertThat(rows).allSatisfy(row -> assertThat(row.subList(12, 15)).containsOnly("null"));
    }
  }
}
