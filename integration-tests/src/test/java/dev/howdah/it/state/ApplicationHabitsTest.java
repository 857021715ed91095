package dev.howdah.it.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.it.fixture.Transcript;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Odoo and its job queue do with psycopg2, as scripts: they print the same with and without a
 * pooler in transaction mode. A script that is among the known differences has to differ.
 */
@ExtendWith(PostgresServer.Shared.class)
class ApplicationHabitsTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3"); // Debian's, with its packages
  private static final String POOL_SIZE = "default_pool_size = 3";

  private final PostgresServer server;
  private final KnownDifferences known = KnownDifferences.read();

  ApplicationHabitsTest(PostgresServer server) {
    this.server = server;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"odoo_habits", "queue_job_habits"})
  void a_program_sees_what_it_sees_without_a_pooler(String script) throws Exception {
    requirePsycopg2();
    String expected = run(script, server.createDatabase("habits")).succeeded().out();
    assertThat(expected).endsWith("done\n");

    Target direct = server.createDatabase("habits_pooled");
    Program.Result pooled;
    try (TestPooler pooler =
        TestPooler.before(direct, "transaction", POOL_SIZE, "server_round_robin = 1")) {
      pooled = run(script, pooler.target(direct));
    }

    if (known.programs().contains(script)) {
      assertThat(pooled.output())
          .as("%s holds now: take it off known-differences.txt", script)
          .isNotEqualTo(expected);
    } else {
      assertThat(pooled.output()).isEqualTo(expected);
    }
  }

  private static Program.Result run(String script, Target target) {
    String text = Transcript.resource("/python/" + script + ".py");
    return Program.of(PYTHON, "python3", "-c", text)
        .connectedTo(target)
        .withDeadline(Duration.ofSeconds(90))
        .run();
  }

  private static void requirePsycopg2() {
    if (Program.of(PYTHON, "python3", "-c", "import psycopg2").run().exitCode() != 0) {
      throw Program.missing("Python's module psycopg2", "python3-psycopg2");
    }
  }
}
