package dev.howdah.it.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Session pooling tells what transaction pooling would mean. */
@ExtendWith(PostgresServer.Shared.class)
class AdviceTest {
  private final Target direct;

  AdviceTest(PostgresServer server) throws Exception {
    direct = server.createDatabase("advice");
  }

  @Test
  void what_would_keep_connections_is_counted_by_application() throws Exception {
    try (TestPooler pooler =
            TestPooler.before(direct, "session", "admin_users = postgres", "session_advice = 1");
        OperatorConsole console = OperatorConsole.open(pooler.target(direct));
        Connection plain = pooler.target(direct).connect(Map.of("ApplicationName", "plain"));
        Connection locker = pooler.target(direct).connect(Map.of("ApplicationName", "locker"));
        Statement reads = plain.createStatement();
        Statement locks = locker.createStatement()) {
      reads.execute("SELECT 1");
      locks.execute("SELECT pg_advisory_lock(1)");
      locks.execute("SELECT pg_advisory_lock(2)");
      locks.execute("CREATE TEMP TABLE mine (a int)");
      locks.execute("DO $$ BEGIN PERFORM 1; END $$");

      List<Map<String, String>> advice = console.show("ADVICE");

      assertThat(advice).hasSize(2);
      assertThat(advice.get(0))
          .containsEntry("database", direct.database())
          .containsEntry("application_name", "locker")
          .containsEntry("clients", "1")
          .containsEntry("advisory_lock", "1")
          .containsEntry("temp_object", "1")
          .containsEntry("held_cursor", "0")
          .containsEntry("audits", "1")
          .containsEntry("transactions_peak", "1");
      assertThat(Integer.parseInt(String.valueOf(advice.get(0).get("clients_peak"))))
          .isGreaterThanOrEqualTo(2);
      assertThat(advice.get(1))
          .containsEntry("application_name", "plain")
          .containsEntry("advisory_lock", "0");
    }
  }

  @Test
  void without_the_switch_nothing_is_read() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "session", "admin_users = postgres");
        OperatorConsole console = OperatorConsole.open(pooler.target(direct));
        Connection client = pooler.target(direct).connect();
        Statement statement = client.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(1)");

      assertThat(console.show("ADVICE")).isEmpty();
    }
  }
}
