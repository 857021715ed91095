package dev.howdah.it.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;

/** A client that waits learns who holds the pool, whichever event loop the holders live on. */
@ExtendWith(PostgresServer.Shared.class)
class PoolHolderTest {
  private static final int HOLDERS = 4; // on two loops, two each at least once in four

  private final PostgresServer server;

  PoolHolderTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void who_is_refused_learns_who_has_held_the_pool_for_longest() throws Exception {
    Target direct = server.createDatabase("held");
    try (TestPooler pooler =
        TestPooler.before(
            direct,
            "transaction",
            "event_loops = 2",
            "default_pool_size = " + HOLDERS,
            "query_wait_notify = 0.5",
            "query_wait_timeout = 3")) {
      Target pooled = pooler.target(direct);
      List<Connection> waiters = new ArrayList<>();
      for (int i = 0; i < 2; i++) { // on two loops, so one of them on another than the first holder
        waiters.add(pooled.connect());
      }
      List<Connection> holders = new ArrayList<>();
      try {
        for (int i = 0; i < HOLDERS; i++) {
          Connection holder =
              pooled.connect(Map.of("ApplicationName", "odoo-" + i, "preferQueryMode", "simple"));
          holders.add(holder);
          holder.setAutoCommit(false);
          holder.createStatement().execute("SELECT " + i);
          Thread.sleep(300); // so that the first is the oldest by any clock
        }
        int pid = pid(holders.getFirst());

        for (Connection waiter : waiters) {
          try (Statement statement = waiter.createStatement()) {
            PSQLException refused =
                catchThrowableOfType(
                    PSQLException.class, () -> statement.executeQuery("SELECT 'mine'"));

            assertThat(refused.getSQLState()).isEqualTo("53300");
            assertThat(detail(refused))
                .contains("pool " + direct.database() + "/postgres: 4 of 4 in use, 1 waiting")
                .containsPattern(
                    "longest held for \\d+\\.\\d s by client \\d+ \\(application odoo-0, pid "
                        + pid
                        + ", statement 0x[0-9a-f]+\\)");
            assertThat(notice(statement)).contains("application odoo-0");
          }
        }
      } finally {
        for (Connection holder : holders) {
          holder.close();
        }
        for (Connection waiter : waiters) {
          waiter.close();
        }
      }
    }
  }

  private static int pid(Connection connection) throws Exception {
    try (ResultSet row = connection.createStatement().executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static String detail(PSQLException refused) {
    return String.valueOf(Objects.requireNonNull(refused.getServerErrorMessage()).getDetail());
  }

  private static String notice(Statement statement) throws Exception {
    SQLWarning warning = statement.getWarnings();
    return warning instanceof PSQLWarning noticed
        ? String.valueOf(noticed.getServerErrorMessage().getDetail())
        : "no notice";
  }
}
