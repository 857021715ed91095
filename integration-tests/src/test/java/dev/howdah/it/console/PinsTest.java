package dev.howdah.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who keeps a server connection between transactions is seen in the console. */
@ExtendWith(PostgresServer.Shared.class)
class PinsTest {
  private final Target direct;

  PinsTest(PostgresServer server) throws Exception {
    direct = server.createDatabase("pins");
  }

  @Test
  void a_pin_is_shown_with_its_reasons_until_it_is_gone() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "admin_users = postgres");
        OperatorConsole console = OperatorConsole.open(pooler.target(direct));
        Connection client = pooler.target(direct).connect(Map.of("ApplicationName", "keeper"));
        Statement statement = client.createStatement()) {
      statement.execute("SELECT 1");
      assertThat(console.show("PINS")).isEmpty();
      assertThat(ofDatabase(console, "CLIENTS").getFirst().get("pin")).isNullOrEmpty();

      statement.execute("SELECT pg_advisory_lock(7)");
      statement.execute("CREATE TEMP TABLE mine (a int)");
      await().until(() -> reasons(console).equals("advisory_lock,temp_object"));

      Map<String, String> pin = console.show("PINS").getFirst();
      assertThat(pin)
          .containsEntry("application_name", "keeper")
          .containsEntry("server_pid", Integer.toString(ShowTest.processId(client)))
          .containsEntry("state", "idle");
      assertThat(pin.get("statement")).startsWith("0x");
      assertThat(Long.parseLong(String.valueOf(pin.get("age_us")))).isNotNegative();
      for (String topic : List.of("CLIENTS", "SERVERS")) {
        assertThat(ofDatabase(console, topic).getFirst())
            .containsEntry("pin", "advisory_lock,temp_object");
      }

      statement.execute("SELECT pg_advisory_unlock(7)");
      await().until(() -> reasons(console).equals("temp_object"));
      statement.execute("DROP TABLE mine");
      await().until(() -> console.show("PINS").isEmpty());
    }
  }

  private static String reasons(OperatorConsole console) throws Exception {
    List<Map<String, String>> pins = console.show("PINS");
    return pins.isEmpty() ? "" : String.valueOf(pins.getFirst().get("reasons"));
  }

  private List<Map<String, String>> ofDatabase(OperatorConsole console, String topic)
      throws Exception {
    return console.show(topic).stream()
        .filter(row -> direct.database().equals(row.get("database")))
        .toList();
  }
}
