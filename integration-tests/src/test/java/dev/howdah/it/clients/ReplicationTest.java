package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL's replication clients through the pooler, where they get connections of their own. */
@ExtendWith(PostgresServer.Shared.class)
class ReplicationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PostgresServer server;
  private final Path folder;

  ReplicationTest(PostgresServer server, @TempDir Path folder) {
    this.server = server;
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void a_base_backup_with_its_wal_comes_through(String poolMode) throws Exception {
    try (TestPooler pooler = start(poolMode)) {
      Path backup = folder.resolve("backup");

      Program.postgres(
              "pg_basebackup", "-D", backup.toString(), "-X", "stream", "-c", "fast", "--no-sync")
          .connectedTo(pooler.target(server.database("postgres")))
          .run()
          .succeeded();
      Program.Result verified =
          Program.postgres("pg_verifybackup", "--no-parse-wal", backup.toString()).run();

      assertThat(verified.succeeded().output()).contains("successfully verified");
    }
  }

  @Test
  void whole_segments_of_wal_are_received() throws Exception {
    try (TestPooler pooler = start("session")) {
      Target pooled = pooler.target(server.database("postgres"));
      Path wal = Files.createDirectory(folder.resolve("wal"));
      Process receiving =
          startProcess(
              Program.postgres("pg_receivewal", "-D", wal.toString(), "--no-sync", "-n")
                  .connectedTo(pooled));
      try {
        await().atMost(PATIENCE).until(() -> count(wal) > 0 || !receiving.isAlive());
        server
            .local()
            .execute(
                "postgres",
                "SELECT pg_logical_emit_message(false, 'x', 'y')",
                "SELECT pg_switch_wal()");

        await()
            .atMost(PATIENCE)
            .alias(Files.readString(folder.resolve("err")))
            .until(() -> countWhole(wal) > 0);
      } finally {
        stop(receiving);
      }
    }
  }

  @Test
  void logical_changes_are_received() throws Exception {
    Target direct = server.createDatabase("logical");
    try (TestPooler pooler = TestPooler.before(direct, "session")) {
      Target pooled = pooler.target(direct);
      server.local().execute(direct.database(), "CREATE TABLE fed (id int PRIMARY KEY)");
      logical(pooled, "--create-slot", "-P", "test_decoding").run().succeeded();
      Process receiving = startProcess(logical(pooled, "--start", "-f", "-", "-F", "0", "-s", "1"));
      try {
        server.local().execute(direct.database(), "INSERT INTO fed SELECT generate_series(1, 50)");

        await()
            .atMost(PATIENCE)
            .until(
                () -> Files.readString(folder.resolve("out"), StandardCharsets.UTF_8),
                printed -> printed.contains("table public.fed: INSERT: id[integer]:50"));
      } finally {
        stop(receiving);
      }
      await().atMost(PATIENCE).until(() -> logical(pooled, "--drop-slot").run().exitCode() == 0);
    }
  }

  /** Physical replication has no database; libpq calls it {@code replication}. */
  private TestPooler start(String poolMode) {
    return TestPooler.before(server.database("replication"), poolMode);
  }

  private static Program logical(Target target, String... arguments) {
    return Program.postgres(
            "pg_recvlogical",
            Stream.concat(
                    Stream.of("-d", target.database(), "-S", "through_the_pooler"),
                    Stream.of(arguments))
                .toArray(String[]::new))
        .connectedTo(target);
  }

  private Process startProcess(Program program) throws IOException {
    Path in = Files.writeString(folder.resolve("in"), "");
    return program.start(in, folder.resolve("out"), folder.resolve("err"));
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  private static long countWhole(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> !file.toString().endsWith(".partial")).count();
    }
  }
}
