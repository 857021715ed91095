package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients, few descriptors. The thousands take {@code -Dhowdah.it.seconds=60} for a long run;
 * the limit on open files must allow 6,000 per process.
 */
@ExtendWith(PostgresServer.Shared.class)
class ScaleTest {
  /** Too few for as many clients: the child's class path alone takes more than a hundred. */
  private static final int DESCRIPTORS = 320;

  private static final int SECONDS = Integer.getInteger("howdah.it.seconds", 8);
  private static final int PROCESSES = 5;
  private static final int CLIENTS_EACH = 1_000;

  private final PostgresServer server;

  ScaleTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void five_thousand_clients_on_twenty_server_connections(@TempDir Path folder) throws Exception {
    Target direct = server.createDatabase("scale");
    Program.postgres("pgbench", "-q", "-i", "-s", "1").connectedTo(direct).run().succeeded();
    try (ChildPooler pooler =
            ChildPooler.start(
                folder,
                direct,
                6_000,
                List.of("-Xmx256m"),
                "pool_mode = transaction",
                "default_pool_size = 20",
                "max_client_conn = 5100",
                "listen_backlog = 4096",
                "log_connections = 0",
                "log_disconnections = 0");
        Backends backends = new Backends(direct);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Target pooled = pooler.target(direct);
      List<Future<Program.Result>> running = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        running.add(threads.submit(() -> pgbench(pooled)));
      }
      for (Future<Program.Result> each : running) {
        String out = each.get().succeeded().out();
        assertThat(out).contains("number of failed transactions: 0");
        assertThat(out).contains("number of clients: " + CLIENTS_EACH);
      }
      assertThat(backends.count()).isLessThanOrEqualTo(20);
      assertThat(pooler.residentBytes()).isLessThan(600_000_000);
      assertThat(pooler.log()).doesNotContain("ERROR");
      backends.awaitQuiet();
      assertThat(RawClient.ask(pooled, "SELECT 1").rows()).containsExactly("1");
    }
  }

  private static Program.Result pgbench(Target pooled) {
    Program program =
        Program.postgres(
            "pgbench",
            "-n",
            "-S",
            "-c",
            Integer.toString(CLIENTS_EACH),
            "-j",
            "1",
            "-T",
            Integer.toString(SECONDS));
    return new Program(
            program.command(),
            program.environment(),
            "",
            program.folder(),
            Duration.ofSeconds(60L + 2L * SECONDS))
        .connectedTo(pooled)
        .run();
  }

  @Test
  void without_descriptors_clients_wait_outside_and_those_inside_are_served(@TempDir Path folder)
      throws Exception {
    Target direct = server.createDatabase("scale");
    try (ChildPooler pooler =
        ChildPooler.start(
            folder,
            direct,
            DESCRIPTORS,
            List.of(),
            "pool_mode = transaction",
            "max_client_conn = 1000",
            "server_login_retry = 0.1",
            "cancel_wait_timeout = 2",
            "listen_backlog = 1024",
            "log_connections = 0")) {
      Target pooled = pooler.target(direct);
      RawClient inside = RawClient.login(pooled);
      assertThat(inside.query("SELECT 'before'").rows()).containsExactly("before");
      List<RawClient> crowd = new ArrayList<>();
      for (int i = 0; i < DESCRIPTORS; i++) {
        RawClient client = RawClient.connect(pooled); // the kernel takes it in any case
        client.startup(Map.of());
        crowd.add(client);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(inside.query("SELECT 'during'").rows()).containsExactly("during");
      }
      // A statement whose client vanishes cannot be cancelled now; nothing gets stuck by that.
      RawClient leaving = crowd.removeFirst();
      leaving.readAnswer();
      leaving.sendQuery("SELECT pg_sleep(1)");
      leaving.reset();
      for (RawClient client : crowd) {
        client.reset();
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> RawClient.ask(pooled, "SELECT 'after'").rows().contains("after"));
      assertThat(inside.query("SELECT 'after'").rows()).containsExactly("after");
      inside.close();
      try (Backends backends = new Backends(direct)) {
        backends.awaitQuiet();
      }
    }
  }
}
