package dev.howdah.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresServer.Shared.class)
class ServeOptionsTest {
  @TempDir private Path folder;
  private final Target direct;

  ServeOptionsTest(PostgresServer server) throws Exception {
    direct = server.createDatabase("options");
  }

  private static void run(Connection client, String sql) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void a_daemon_returns_when_clients_can_connect_and_obeys_signals() throws Exception {
    Path pidFile = folder.resolve("howdah.pid");
    Path log = folder.resolve("howdah.log");
    try (ServedPooler served =
        new ServedPooler(folder, direct, "pidfile = " + pidFile, "logfile = " + log)) {
      Process parent = served.launch("-d");

      assertThat(served.exitCode(parent, 60)).as(served.log()).isZero();

      long pid = Long.parseLong(Files.readString(pidFile).strip());
      try (Connection client = served.target(direct).connect()) {
        run(client, "SELECT 1");
      }
      assertThat(Files.readString(log)).contains("process up: ", "login attempt: db=");
      assertThat(served.log()).doesNotContain("INFO");
      ServedPooler.signal(pid, "INT");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
      assertThat(pidFile).doesNotExist();
    }
  }

  @Test
  void a_daemon_that_cannot_start_says_why_and_returns_1() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct, "pidfile = p")) {
      assertThat(served.exitCode(served.launch("-d"), 60)).isEqualTo(1);
      assertThat(served.log()).contains("daemon needs logfile or syslog configured");
    }
  }

  @Test
  void another_user_is_for_root_to_choose() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct)) {
      assertThat(served.exitCode(served.launch("-u", "no-such-user"), 60)).isEqualTo(1);
      assertThat(served.log()).containsAnyOf("there is no such user", "only root can become");
    }
  }

  @Test
  void root_gives_up_its_rights() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    for (Path path = folder;
        path != null && !path.equals(Path.of("/tmp"));
        path = path.getParent()) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    try (ServedPooler served = new ServedPooler(folder, direct, "unix_socket_dir =")) {
      Process process = served.start("-u", "nobody");

      assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/status")))
          .containsPattern("Uid:\\s+65534\\s+65534")
          .containsPattern("CapEff:\\s+0+\\n");
      assertThat(served.log()).doesNotContain("running as root");
    }
  }

  @Test
  void root_becomes_the_user_of_the_file() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    for (Path path = folder;
        path != null && !path.equals(Path.of("/tmp"));
        path = path.getParent()) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    try (ServedPooler served =
        new ServedPooler(folder, direct, "unix_socket_dir =", "user = nobody")) {
      Process process = served.start();

      try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
        for (Path thread : threads.toList()) {
          assertThat(Files.readString(thread.resolve("status")))
              .containsPattern("Uid:\\s+65534\\s+65534\\s+65534\\s+65534\n")
              .containsPattern("Gid:\\s+65534\\s+65534\\s+65534\\s+65534\n")
              .containsPattern("CapEff:\\s+0+\\n");
        }
      }
      assertThat(served.log()).contains("running as user nobody").doesNotContain("as root");
      served.target(direct).connect().close();
    }
  }

  @Test
  void a_user_of_the_file_must_exist() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct, "user = no-such-user")) {
      assertThat(served.exitCode(served.launch(), 60)).isEqualTo(1);
      assertThat(served.log()).contains("user = no-such-user: there is no such user");
    }
  }

  @Test
  @Timeout(60)
  void sockets_passed_by_systemd_are_listened_on() throws Exception {
    Path unix = folder.resolve("passed");
    Path script =
        Files.writeString(
            folder.resolve("pass.py"),
            """
            import os, socket, sys
            tcp = socket.socket()
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tcp.bind(("127.0.0.1", int(sys.argv[1])))
            unix = socket.socket(socket.AF_UNIX)
            unix.bind(sys.argv[2])
            for number, one in ((13, tcp), (14, unix)):
                one.listen()
                os.dup2(one.fileno(), number)
            for number in (3, 4):
                os.dup2(number + 10, number)
                os.close(number + 10)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2")
            os.execvp(sys.argv[3], sys.argv[3:])
            """);
    try (ServedPooler served = new ServedPooler(folder, direct)) {
      String port = Integer.toString(served.port());
      Process process =
          served.launchBy(List.of("python3", script.toString(), port, unix.toString()));
      served.awaitLog("process up: ");

      for (int i = 0; i < 5; i++) {
        served.target(direct).connect().close();
      }
      assertThat(unixAnswers(unix)).isTrue();
      assertThat(served.sockets().resolve(".s.PGSQL." + port)).doesNotExist();
      assertThat(served.log())
          .contains("sockets passed from service manager, listen_addr ignored")
          .contains("socket passed from service manager (fd 3)")
          .contains("socket passed from service manager (fd 4)");
      ServedPooler.signal(process, "TERM");
      assertThat(served.exitCode(process, 20)).isZero();
      assertThat(unix).as("systemd's").exists();
    }
  }

  /** Whether somebody refuses TLS there, as PostgreSQL does on such sockets. */
  private static boolean unixAnswers(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 8, 4, (byte) 0xD2, 22, 47}));
      ByteBuffer answer = ByteBuffer.allocate(1);
      return channel.read(answer) == 1 && answer.get(0) == 'N';
    }
  }

  @Test
  void a_restart_moves_new_clients_and_disconnects_nobody() throws Exception {
    Path pidFile = folder.resolve("howdah.pid");
    try (ServedPooler served =
        new ServedPooler(folder, direct, "so_reuseport = 1", "pidfile = " + pidFile)) {
      Process old = served.start("-R");
      assertThat(served.log()).contains("old process not found, try to continue normally");
      Connection kept = served.target(direct).connect();
      run(kept, "SELECT 1");

      Process replacement = served.start("-R");

      served.awaitLog("the old process takes no new clients");
      for (int i = 0; i < 5; i++) {
        served.target(direct).connect().close();
      }
      run(kept, "SELECT 1");
      assertThat(old.isAlive()).isTrue();
      kept.close();
      assertThat(served.exitCode(old, 10)).isZero();
      assertThat(Files.readString(pidFile).strip()).isEqualTo(Long.toString(replacement.pid()));
      assertThat(served.sockets().resolve(".s.PGSQL." + served.port())).exists();
      served.target(direct).connect().close();
    }
  }

  @Test
  void a_restart_needs_a_shared_port_and_a_socket() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct)) {
      assertThat(served.exitCode(served.launch("-R"), 60)).isEqualTo(1);
      assertThat(served.log()).contains("cannot reboot without so_reuseport = 1");
    }
  }

  @Test
  void a_socket_in_use_is_not_stolen() throws Exception {
    try (ServedPooler served = new ServedPooler(folder, direct, "so_reuseport = 1")) {
      served.start();

      Process second = served.launch();

      assertThat(served.exitCode(second, 60)).isEqualTo(1);
      assertThat(served.log()).contains("another process does; give each its own unix_socket_dir");
      served.target(direct).connect().close();
    }
  }

  @Test
  void the_service_manager_hears_that_it_is_ready_lives_and_stops() throws Exception {
    Path heard = folder.resolve("heard");
    Path socket = folder.resolve("notify");
    Path script =
        Files.writeString(
            folder.resolve("receive.py"),
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1])
            out = open(sys.argv[2], 'w')
            while True:
                out.write(s.recv(4096).decode() + '\\n')
                out.flush()
            """);
    Process receiver =
        new ProcessBuilder(
                "/usr/bin/python3", script.toString(), socket.toString(), heard.toString())
            .start();
    try (ServedPooler served =
        new ServedPooler(folder, direct)
            .with("NOTIFY_SOCKET", socket.toString())
            .with("WATCHDOG_USEC", "400000")) {
      await().until(() -> Files.exists(heard));
      Process process = served.start();
      await().atMost(Duration.ofSeconds(10)).until(() -> text(heard).contains("READY=1"));
      await().until(() -> text(heard).split("WATCHDOG=1", -1).length > 3);
      assertThat(text(heard)).contains("STATUS=0 clients, 0 server connections, 0 waiting");

      ServedPooler.signal(process, "TERM");

      assertThat(served.exitCode(process, 10)).isZero();
      await().until(() -> text(heard).contains("STOPPING=1"));
    } finally {
      receiver.destroyForcibly().waitFor();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  @Test
  void lines_are_json_and_slow_work_is_named_without_its_sql() throws Exception {
    try (ServedPooler served =
        new ServedPooler(
            folder,
            direct,
            "log_format = json",
            "log_min_duration = 100",
            "default_pool_size = 1")) {
      served.start();
      try (Connection first = served.target(direct).connect();
          Connection second = served.target(direct).connect()) {
        first.setAutoCommit(false);
        run(first, "SET application_name = 'night\"shift'");
        run(first, "SELECT 'secret'");
        Thread waiting =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    run(second, "SELECT 'secret'");
                  } catch (SQLException e) {
                    throw new IllegalStateException(e);
                  }
                });
        TimeUnit.MILLISECONDS.sleep(200);
        first.commit();
        waiting.join();
      }
      served.awaitLog("slow query");
      String log = served.log();
      assertThat(log).doesNotContain("secret");
      assertThat(log.lines())
          .anySatisfy(line ->
              assertThat(line)
                  .startsWith("{\"time\":\"")
                  .contains("\"slow\":\"transaction\"")
                  .contains("\"database\":\"" + direct.database() + "\"")
                  .contains("\"application_name\":\"night\\\"shift\"")
                  .containsPattern("\"client_ms\":[1-9]\\d\\d\\."))
          .anySatisfy(line ->
              assertThat(line)
                  .contains("\"slow\":\"query\"")
                  .containsPattern("\"waited_ms\":[1-9]\\d\\d\\."));
    }
  }
}
