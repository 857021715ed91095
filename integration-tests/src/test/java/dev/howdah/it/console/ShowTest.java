package dev.howdah.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresServer.Shared.class)
class ShowTest {
  private final PostgresServer server;
  private final Target database;
  private final TestPooler pooler;

  ShowTest(PostgresServer server) throws Exception {
    this.server = server;
    Target direct = server.createDatabase("show");
    pooler =
        TestPooler.before(direct, "transaction", "admin_users = postgres", "default_pool_size = 4");
    database = pooler.target(direct);
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private Program.Result psql(String... arguments) {
    return Program.postgres("psql", arguments).connectedTo(database.in("pgbouncer")).run();
  }

  @Test
  void psql_shows_pools() throws Exception {
    try (Connection client = database.connect();
        Statement statement = client.createStatement()) {
      statement.execute("SELECT 1");

      String out = psql("-XAt", "-F,", "-c", "SHOW POOLS").succeeded().out();

      assertThat(out.lines())
          .contains("pgbouncer,pgbouncer,1,0,0,0,0,0,0,0,0,0,0,0,0,statement,,2,0,none")
          .anyMatch(line ->
              line.startsWith(
                  database.database() + ",postgres,1,0,0,0,0,0,0,1,0,0,0,0,0,transaction"));
    }
  }

  @Test
  void psql_runs_several_commands_and_goes_on_after_an_error() {
    Program.Result result =
        Program.postgres("psql", "-XAt")
            .connectedTo(database.in("howdah"))
            .withInput("SHOW NONSENSE;\nSHOW STATE;\n\\q\n")
            .run();

    assertThat(result.err()).contains("ERROR:  invalid command 'SHOW NONSENSE', use SHOW HELP;");
    assertThat(result.out()).contains("active|yes");
  }

  @Test
  void pgjdbc_sees_types() throws Exception {
    try (OperatorConsole console = OperatorConsole.open(database);
        Statement statement = console.connection().createStatement();
        ResultSet stats = statement.executeQuery("SHOW STATS")) {
      assertThat(stats.getMetaData().getColumnType(1)).isEqualTo(Types.VARCHAR);
      assertThat(stats.getMetaData().getColumnType(2)).isEqualTo(Types.NUMERIC);
    }
  }

  @Test
  void clients_and_servers_point_to_each_other() throws Exception {
    try (OperatorConsole console = OperatorConsole.open(database);
        Connection client = database.connect(Map.of("ApplicationName", "invoice run"))) {
      client.setAutoCommit(false);
      int processId = processId(client);

      Map<String, String> shownClient = console.show("CLIENTS", database).getFirst();
      Map<String, String> shownServer = console.show("SERVERS", database).getFirst();

      assertThat(shownClient)
          .containsEntry("state", "active")
          .containsEntry("application_name", "invoice run")
          .containsEntry("addr", "127.0.0.1")
          .containsEntry("link", shownServer.get("ptr"))
          .containsEntry("server_pid", Integer.toString(processId));
      assertThat(shownServer)
          .containsEntry("state", "active")
          .containsEntry("application_name", "invoice run")
          .containsEntry("link", shownClient.get("ptr"))
          .containsEntry("remote_pid", Integer.toString(processId))
          .containsEntry("transaction", "idle in transaction");
      client.rollback();
      assertThat(console.show("CLIENTS", database).getFirst()).containsEntry("state", "idle");
      assertThat(console.show("SERVERS", database).getFirst()).containsEntry("state", "idle");
    }
  }

  static int processId(Connection client) throws Exception {
    try (Statement statement = client.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void waits_name_who_holds_the_pool() throws Exception {
    try (TestPooler small =
        TestPooler.before(
            server.database(database.database()),
            "transaction",
            "admin_users = postgres",
            "default_pool_size = 1")) {
      Target one = small.target(server.database(database.database()));
      try (OperatorConsole console = OperatorConsole.open(one);
          Connection holder = one.connect(Map.of("ApplicationName", "holder"));
          Connection waiter = one.connect(Map.of("ApplicationName", "waiter"))) {
        holder.setAutoCommit(false);
        int processId = processId(holder);
        Thread asking = Thread.ofVirtual().start(() -> askFor(waiter));
        await().until(() -> console.show("WAITS").size() == 2);

        List<Map<String, String>> waits = console.show("WAITS");

        assertThat(waits.get(0))
            .containsEntry("role", "waiter")
            .containsEntry("application_name", "waiter")
            .containsEntry("state", "waiting");
        assertThat(waits.get(1))
            .containsEntry("role", "holder")
            .containsEntry("application_name", "holder")
            .containsEntry("server_pid", Integer.toString(processId))
            .containsEntry("state", "idle in transaction");
        holder.rollback();
        asking.join();
        assertThat(console.show("WAITS")).isEmpty();
      }
    }
  }

  private static void askFor(Connection client) {
    try (Statement statement = client.createStatement()) {
      statement.execute("SELECT 1");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void statistics_add_up_with_what_pgbench_counted(@TempDir Path folder) throws Exception {
    Path script = Files.writeString(folder.resolve("three.sql"), "BEGIN;\nSELECT 1;\nCOMMIT;\n");

    String report =
        Program.postgres("pgbench", "-n", "-c", "8", "-t", "100", "-f", script.toString())
            .connectedTo(database)
            .run()
            .succeeded()
            .out();

    assertThat(report).contains("number of transactions actually processed: 800/800");
    try (OperatorConsole console = OperatorConsole.open(database)) {
      Map<String, String> stats = console.show("STATS", database).getFirst();
      assertThat(stats)
          .containsEntry("total_xact_count", "800")
          .containsEntry("total_query_count", "2400")
          .containsEntry("total_server_assignment_count", "800");
      assertThat(Long.parseLong(stats.get("total_xact_time")))
          .isGreaterThanOrEqualTo(Long.parseLong(stats.get("total_query_time")));
      assertThat(Long.parseLong(stats.get("total_sent"))).isGreaterThan(800 * 100);
    }
  }
}
