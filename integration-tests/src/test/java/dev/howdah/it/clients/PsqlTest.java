package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresServer.Shared.class)
class PsqlTest {

  private final PostgresServer server;

  PsqlTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void psql_answers_through_the_pooler() throws Exception {
    Target direct = server.createDatabase("psql");
    try (TestPooler pooler = TestPooler.before(direct, "session")) {

      Program.Result result =
          Program.postgres("psql", "-XAtc", "SELECT 6 * 7")
              .connectedTo(pooler.target(direct))
              .run();

      assertThat(result.succeeded().out()).isEqualTo("42\n");
    }
  }
}
