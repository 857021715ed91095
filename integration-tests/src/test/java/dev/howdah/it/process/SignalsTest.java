package dev.howdah.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.Load;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresServer.Shared.class)
class SignalsTest {
  private static final String DRAINED = "terminating connection: the pooler is shutting down";

  @TempDir private Path folder;
  private final Target direct;

  SignalsTest(PostgresServer server) throws Exception {
    direct = server.createDatabase("signals");
  }

  private static void run(Connection client, String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection inTransaction(Target target) throws SQLException {
    Connection client = target.connect();
    client.setAutoCommit(false);
    run(client, "SELECT 1");
    return client;
  }

  private static void assertTold57P01(Connection idle) {
    SQLException told = catchThrowableOfType(SQLException.class, () -> run(idle, "SELECT 1"));
    assertThat(told.getSQLState()).isEqualTo("57P01");
    assertThat(told.getMessage()).contains(DRAINED);
  }

  @Test
  void sigterm_under_load_lets_transactions_end_and_loses_none() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct)) {
      Process process = served.start();
      try (Load load = Load.start(folder, direct, served.target(direct), 12, 60)) {
        await().until(() -> load.committed() > 24);

        ServedPooler.signal(process, "TERM");

        assertThat(served.exitCode(process, 10)).isZero();
        long processed = load.processed();
        assertThat(load.committed()).isEqualTo(processed);
        assertThat(load.errors()).contains(DRAINED);
      }
      assertThat(served.log())
          .contains("got SIGTERM, shutting down")
          .contains("closing because: " + DRAINED + " (age=")
          .doesNotContain("ERROR");
    }
  }

  @Test
  void while_it_drains_it_is_not_ready_takes_nobody_and_shows_the_idle_out() throws Exception {
    int http = freePort();
    try (ServedPooler served =
        new ServedPooler(folder, direct, "[http]", "listen = 127.0.0.1:" + http)) {
      Process process = served.start();
      Target target = served.target(direct);
      try (Connection idle = target.connect();
          Connection busy = inTransaction(target)) {
        run(idle, "SELECT 1");
        assertThat(readyz(http)).isEqualTo(200);

        ServedPooler.signal(process, "TERM");

        await().until(() -> readyz(http) == 503);
        await().untilAsserted(() -> assertThatThrownBy(target::connect).isNotNull());
        assertTold57P01(idle);
        run(busy, "CREATE TABLE survivor ()");
        busy.commit();
        assertThat(served.exitCode(process, 10)).isZero();
        assertTold57P01(busy);
      }
      try (Connection client = direct.connect()) {
        run(client, "SELECT FROM survivor");
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static int readyz(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/readyz");
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void session_clients_leave_between_their_transactions() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct, "pool_mode = session")) {
      Process process = served.start();
      try (Connection idle = served.target(direct).connect();
          Connection busy = inTransaction(served.target(direct))) {
        run(idle, "SELECT 1");

        ServedPooler.signal(process, "TERM");

        served.awaitLog("closing because: " + DRAINED);
        assertTold57P01(idle);
        run(busy, "SELECT 2");
        busy.commit();
        assertThat(served.exitCode(process, 10)).isZero();
        assertTold57P01(busy);
      }
    }
  }

  @Test
  void a_second_sigterm_does_not_wait() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct)) {
      Process process = served.start();
      try (Connection busy = inTransaction(served.target(direct))) {
        ServedPooler.signal(process, "TERM");
        served.awaitLog("got SIGTERM, shutting down");
        assertThat(process.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();

        ServedPooler.signal(process, "TERM");

        assertThat(served.exitCode(process, 10)).isZero();
        assertThat(served.log()).contains("got SIGTERM while shutting down, fast exit");
        assertTold57P01(busy);
      }
    }
  }

  @Test
  void drain_timeout_ends_transactions_that_do_not_end() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct, "drain_timeout = 1")) {
      Process process = served.start();
      try (Connection busy = inTransaction(served.target(direct))) {
        ServedPooler.signal(process, "TERM");

        assertThat(served.exitCode(process, 10)).isZero();
        assertThat(served.log()).contains("drain_timeout of 1 s is over, 1 clients");
        assertTold57P01(busy);
      }
    }
  }

  @Test
  void sigint_waits_for_the_servers_and_leaves_the_idle_alone() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct)) {
      Process process = served.start();
      try (Connection idle = served.target(direct).connect();
          Connection busy = inTransaction(served.target(direct))) {
        ServedPooler.signal(process, "INT");
        served.awaitLog("got SIGINT, shutting down, waiting for all servers connections");
        run(busy, "SELECT 2");
        assertThat(process.isAlive()).isTrue();
        assertThat(served.log()).doesNotContain("closing because: " + DRAINED);

        busy.commit();

        assertThat(served.exitCode(process, 10)).isZero();
        assertTold57P01(idle);
      }
    }
  }

  @Test
  void usr1_pauses_and_usr2_resumes_under_load_without_a_failure() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct)) {
      Process process = served.start();
      try (Load load = Load.start(folder, direct, served.target(direct), 8, 4)) {
        await().until(() -> load.committed() > 8);

        ServedPooler.signal(process, "USR1");
        served.awaitLog("got SIGUSR1, pausing all activity");
        TimeUnit.MILLISECONDS.sleep(300);
        long held = load.committed();
        TimeUnit.MILLISECONDS.sleep(200);
        assertThat(load.committed()).isEqualTo(held);
        ServedPooler.signal(process, "USR2");
        served.awaitLog("got SIGUSR2, continuing from PAUSE");

        await().until(() -> load.committed() > held + 8);
        long processed = load.processed();
        assertThat(load.exitCode()).isZero();
        assertThat(load.committed()).isEqualTo(processed);
      }
      ServedPooler.signal(process, "USR2");
      served.awaitLog("got SIGUSR2, but not paused/suspended");
    }
  }

  @Test
  void sigquit_prints_the_threads_and_does_no_harm() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct)) {
      Process process = served.start();

      ServedPooler.signal(process, "QUIT");

      served.awaitLog("Full thread dump");
      served.target(direct).connect().close();
    }
  }
}
