package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.it.fixture.Transcript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Client libraries of other languages: what a script prints is the same with and without us. */
@ExtendWith(PostgresServer.Shared.class)
class ScriptedClientsTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3"); // Debian's, with its packages
  private static final Path NODE_FOLDER = Path.of("node").toAbsolutePath();

  private final PostgresServer server;

  ScriptedClientsTest(PostgresServer server) {
    this.server = server;
  }

  @ParameterizedTest(name = "{0} in {2} pooling")
  @CsvSource({
    "psycopg2, python3-psycopg2, session",
    "psycopg2, python3-psycopg2, transaction",
    "psycopg, python3-psycopg, session",
    "psycopg, python3-psycopg, transaction",
    "asyncpg, python3-asyncpg, session",
    "asyncpg, python3-asyncpg, transaction"
  })
  void a_python_program_sees_what_it_sees_without_a_pooler(
      String module, String aptPackage, String poolMode) throws Exception {
    requireModule(module, aptPackage);
    String script = Transcript.resource("/python/" + module + "_client.py");

    assertSame(
        poolMode, target -> run(Program.of(PYTHON, "python3", "-c", script, poolMode), target));
  }

  @ParameterizedTest(name = "node-postgres in {0} pooling")
  @CsvSource({"session", "transaction"})
  void a_node_program_sees_what_it_sees_without_a_pooler(String poolMode) throws Exception {
    if (!Files.isDirectory(NODE_FOLDER.resolve("node_modules/pg"))) {
      throw new AssertionError(
          "the Node module pg is not installed; run ./dev setup, or:\n  cd "
              + NODE_FOLDER
              + " && npm ci");
    }
    String script = Transcript.resource("/node/client.js");

    assertSame(
        poolMode,
        target ->
            run(
                Program.of(node(), "nodejs", "-e", script, poolMode)
                    .inFolder(NODE_FOLDER)
                    .withEnvironment(Map.of("PGSSLMODE", "disable")),
                target));
  }

  private void assertSame(String poolMode, Function<Target, String> run) throws Exception {
    Target direct = server.createDatabase("scripted");
    int poolSize = poolMode.equals("session") ? 30 : 2;
    try (TestPooler pooler =
        TestPooler.before(direct, poolMode, "default_pool_size = " + poolSize)) {
      Transcript.assertSame(direct, pooler.target(direct), run);
    }
  }

  private static String run(Program program, Target target) {
    String printed = program.connectedTo(target).run().succeeded().out();
    assertThat(printed).endsWith("done\n");
    return printed;
  }

  private static void requireModule(String module, String aptPackage) {
    if (Program.of(PYTHON, "python3", "-c", "import " + module).run().exitCode() != 0) {
      throw Program.missing("Python's module " + module, aptPackage);
    }
  }

  private static Path node() {
    Path own = Path.of("/usr/local/bin/node");
    return Files.isExecutable(own) ? own : Path.of("/usr/bin/node");
  }
}
