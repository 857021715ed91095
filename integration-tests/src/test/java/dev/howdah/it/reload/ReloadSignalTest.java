package dev.howdah.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.faults.ChildPooler;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP to a whole process. */
@ExtendWith(PostgresServer.Shared.class)
class ReloadSignalTest {
  private final PostgresServer server;

  @TempDir Path folder;

  ReloadSignalTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void sighup_reads_everything_again_and_moves_the_log() throws Exception {
    Target direct = server.createDatabase("reload");
    Path log = folder.resolve("howdah.log");
    try (ChildPooler child =
        ChildPooler.start(folder, direct, 1000, List.of(), "logfile = " + log)) {
      Target pooled = child.target(direct);
      try (Connection there = pooled.connect()) {
        Files.move(log, folder.resolve("howdah.log.1"));
        Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n\"late\" \"\"\n");
        Files.writeString(
            folder.resolve("child.ini"),
            Files.readString(folder.resolve("child.ini")) + "admin_users = late\n");

        child.signal("HUP");

        await().until(() -> child.log().contains("child.ini is in force"));
        assertThat(child.log()).contains("got SIGHUP, re-reading config");
        pooled.as("late", "").in("pgbouncer").connect().close();
        assertThat(there.isValid(5)).isTrue();
        await().until(() -> Files.readString(log).contains("is in force"));
      }
    }
  }

  @Test
  void a_broken_file_is_named_in_the_log_and_the_process_goes_on() throws Exception {
    Target direct = server.createDatabase("reload");
    try (ChildPooler child = ChildPooler.start(folder, direct, 1000, List.of())) {
      Files.writeString(
          folder.resolve("child.ini"),
          Files.readString(folder.resolve("child.ini")) + "max_clients = 3\n");

      child.signal("HUP");

      await().until(() -> child.log().contains("config not reloaded, nothing has changed"));
      await()
          .until(() -> child.log().contains("child.ini:11: max_clients = 3: there is no such key"));
      child.target(direct).connect().close();
    }
  }
}
