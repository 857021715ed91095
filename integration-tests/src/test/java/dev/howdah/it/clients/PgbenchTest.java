package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresServer.Shared.class)
class PgbenchTest {
  private static final int CLIENTS = 12;
  private static final int TRANSACTIONS = 150;

  private final PostgresServer server;

  PgbenchTest(PostgresServer server) {
    this.server = server;
  }

  @ParameterizedTest(name = "-M {1} in {0} pooling")
  @CsvSource({
    "session, simple",
    "session, extended",
    "session, prepared",
    "transaction, simple",
    "transaction, extended"
  })
  void every_transaction_of_pgbench_is_there_afterwards(String poolMode, String queryMode)
      throws Exception {
    Target direct = server.createDatabase("pgbench");
    Program.postgres("pgbench", "-i", "-q", "-s", "1").connectedTo(direct).run().succeeded();
    // Fewer server connections than clients, where clients can share them.
    int poolSize = poolMode.equals("session") ? CLIENTS : 3;
    try (TestPooler pooler =
        TestPooler.before(direct, poolMode, "default_pool_size = " + poolSize)) {

      Program.Result result =
          Program.postgres(
                  "pgbench", "-n", "-M" + queryMode, "-c" + CLIENTS, "-j2", "-t" + TRANSACTIONS)
              .connectedTo(pooler.target(direct))
              .run()
              .succeeded();

      assertThat(result.out()).contains("number of failed transactions: 0");
      assertThat(result.err()).doesNotContain("error");
      assertThat(history(direct)).isEqualTo(CLIENTS * TRANSACTIONS);
      assertThat(pooler.stats().servers()).isLessThanOrEqualTo(poolSize);
    }
  }

  private static int history(Target target) throws SQLException {
    try (Connection connection = target.connect();
        ResultSet count =
            connection.createStatement().executeQuery("SELECT count(*) FROM pgbench_history")) {
      count.next();
      return count.getInt(1);
    }
  }
}
