package dev.howdah.it.clients;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.it.fixture.Transcript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts for psql, with PostgreSQL itself as the oracle. */
@ExtendWith(PostgresServer.Shared.class)
class PsqlTest {

  private final PostgresServer server;
  private final Path folder;

  PsqlTest(PostgresServer server, @TempDir Path folder) {
    this.server = server;
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void a_script_of_transactions_prints_what_it_prints_without_a_pooler(String poolMode)
      throws Exception {
    Target direct = server.createDatabase("psql");
    try (TestPooler pooler = TestPooler.before(direct, poolMode, "default_pool_size = 2")) {
      Transcript.assertSame(
          direct, pooler.target(direct), target -> run("/psql/transactions.sql", target));
    }
  }

  @Test
  void in_session_pooling_a_script_of_session_state_prints_what_it_prints_without_a_pooler()
      throws Exception {
    Target direct = server.createDatabase("psql");
    try (TestPooler pooler =
        TestPooler.before(
            direct, "session", "default_pool_size = 1", "session_link_at_login = 1")) {
      Transcript.assertSame(
          direct, pooler.target(direct), target -> run("/psql/sessions.sql", target));
    }
  }

  /** Everything psql prints, with the numbers of large objects masked. */
  private String run(String script, Target target) {
    try {
      Path work = Files.createTempDirectory(folder, "psql");
      Path file = Files.writeString(work.resolve("script.sql"), Transcript.resource(script));
      Program.Result result =
          Program.postgres("psql", "-X", "-a", "-f", file.getFileName().toString())
              .connectedTo(target)
              .inFolder(work)
              .run();
      return result
          .succeeded()
          .output()
          .replaceAll("lo_(import|unlink) [0-9]+", "lo_$1 N")
          .replaceAll("large object [0-9]+", "large object N");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
