package dev.howdah.it.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.cli.postgres.Binaries;
import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.it.fixture.Program;
import dev.howdah.topology.SynchronousMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An old primary that comes back, with the commands of {@code docker/hooks} as an operator has. */
class RejoinTest {

  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final Path HOOKS = Path.of("..", "docker", "hooks").toAbsolutePath().normalize();
  private static final String PROGRAMS = "/usr/lib/postgresql/15/bin";

  @TempDir private Path folder;

  @BeforeEach
  void etcd_is_needed() {
    assumeTrue(EtcdServer.isInstalled(), EtcdServer.PROGRAM + " is missing");
  }

  @Test
  void an_old_primary_that_comes_back_is_fenced_and_rewound_into_a_standby() throws Exception {
    Path log = folder.resolve("log");
    try (FailoverCluster cluster = start(log, "")) {
      LocalPostgres old = failOver(cluster);

      old.restart();
      try {
        awaitStandby(cluster, log);

        assertThat(Files.readString(log)).contains("pg1 was rewound");
        assertThat(cluster.topology().primary()).isNotEqualTo("pg1");
      } finally {
        stop(old);
      }
    }
  }

  @Test
  void one_that_cannot_be_rewound_is_copied_anew() throws Exception {
    Path log = folder.resolve("log");
    // A pg_rewind that finds the WAL it needs to be gone.
    Path broken = Files.createDirectory(folder.resolve("bin"));
    Path rewind = broken.resolve("pg_rewind");
    Files.writeString(rewind, "#!/bin/sh\necho 'could not find previous WAL record'\nexit 1\n");
    assertThat(rewind.toFile().setExecutable(true, false)).isTrue();
    assertThat(broken.toFile().setExecutable(true, false)).isTrue();
    assertThat(folder.toFile().setExecutable(true, false)).isTrue();
    assertThat(folder.toFile().setReadable(true, false)).isTrue();
    try (FailoverCluster cluster = start(log, broken + ":")) {
      LocalPostgres old = failOver(cluster);

      old.restart();
      try {
        awaitStandby(cluster, log);

        assertThat(Files.readString(log))
            .contains("could not find previous WAL record", "pg1 was copied");
      } finally {
        stop(old);
      }
    }
  }

  private static LocalPostgres failOver(FailoverCluster cluster) throws Exception {
    cluster.awaitAcknowledged(1, 100);
    LocalPostgres old = cluster.server("pg1");
    ProcessHandle.of(old.pid()).orElseThrow().destroyForcibly();
    cluster.awaitAcknowledged(2, 100);
    return old;
  }

  private static void awaitStandby(FailoverCluster cluster, Path log) throws Exception {
    try {
      awaitStandby(cluster);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(Files.exists(log) ? Files.readString(log) : "nothing was run", e);
    }
  }

  private static void awaitStandby(FailoverCluster cluster) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          LocalPostgres primary = cluster.server(cluster.topology().primary());
          assertThat(
                  cluster.ask(
                      primary,
                      "SELECT count(*) FROM pg_stat_replication"
                          + " WHERE state = 'streaming' AND application_name = 'pg1'"))
              .isEqualTo("1");
          assertThat(
                  cluster.ask(
                      cluster.server("pg1"),
                      "SELECT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'"))
              .isEqualTo("t");
        });
  }

  /** The command as an operator writes it, but by another user on this host instead of by ssh. */
  private FailoverCluster start(Path log, String before) throws Exception {
    Binaries binaries =
        Binaries.installed(15).orElseThrow(() -> Program.missing("PostgreSQL 15", "postgresql-15"));
    String become =
        System.getProperty("user.name").equals("root")
            ? "setpriv --reuid=postgres --regid=postgres --clear-groups --"
            : "";
    // Only pg1 ever comes back here, and only its data directory is known to the test later.
    Path directory = folder.resolve("pg1-data");
    String command =
        "HOWDAH_KEEP=howdah.conf PGDATA=$(cat '%s') PGBIN='%s%s' %s '%s' $HOWDAH_NODE $HOWDAH_PRIMARY_HOST $HOWDAH_PRIMARY_PORT $HOWDAH_REPLICATION_USER $HOWDAH_SYSTEM_IDENTIFIER >> '%s' 2>&1"
            .formatted(directory, before, PROGRAMS, become, HOOKS.resolve("howdah-rejoin"), log);
    FailoverCluster cluster = FailoverCluster.start(binaries, SynchronousMode.OFF, command);
    Path data = cluster.server("pg1").dataDirectory();
    // The copy is made beside it, as in /var/lib/postgresql.
    Files.setOwner(data.getParent(), Files.getOwner(data));
    Files.writeString(directory, data.toString());
    return cluster;
  }

  /** What the command has started is no child of ours. */
  private static void stop(LocalPostgres server) throws Exception {
    Path pid = server.dataDirectory().resolve("postmaster.pid");
    if (Files.exists(pid)) {
      long postmaster = Long.parseLong(Files.readAllLines(pid).getFirst().strip());
      List<ProcessHandle> all =
          ProcessHandle.of(postmaster).stream()
              .flatMap(at -> Stream.concat(at.descendants(), Stream.of(at)))
              .toList();
      all.forEach(ProcessHandle::destroyForcibly);
      await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
  }
}
