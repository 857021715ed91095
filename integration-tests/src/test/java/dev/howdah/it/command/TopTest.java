package dev.howdah.it.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code howdah top} in a real terminal. */
@ExtendWith(PostgresServer.Shared.class)
class TopTest {
  private final Target direct;
  private final TestPooler pooler;
  private @TempDir Path folder;

  TopTest(PostgresServer server) throws SQLException, IOException {
    direct = server.createDatabase("top");
    pooler = TestPooler.before(direct, "transaction", "[http]", "listen = 127.0.0.1:" + freePort());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @BeforeEach
  void needsTmux() {
    assumeTrue(Tmux.isInstalled(), "no tmux on this machine");
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private Tmux top() throws IOException, InterruptedException {
    return Tmux.start(
        folder,
        130,
        20,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.howdah.cli.Main",
            "top",
            "-s",
            "0.3",
            "-c",
            pooler.ini().toString()));
  }

  @Test
  void a_person_looks_around_and_leaves_the_terminal_as_it_was() throws Exception {
    try (Connection client = pooler.target(direct).connect();
        Statement statement = client.createStatement()) {
      statement.execute("CREATE TEMPORARY TABLE pinned (id int)");
      try (Tmux tmux = top()) {
        String list =
            tmux.await("the list", screen -> screen.contains("> ") && screen.contains("pinned 1"));
        assertThat(list).contains("admin API http://127.0.0.1:", direct.database(), "q quit");

        tmux.press("Enter");
        tmux.await(
            "the pool",
            screen -> screen.contains("pinned: temp_object") && screen.contains("idle"));
        tmux.press("Escape");
        tmux.press("n");
        tmux.await("the other order", screen -> screen.contains("sorted by name"));
        tmux.press("h");
        tmux.await("the help", screen -> screen.contains("choose a pool"));
        tmux.press("x");
        tmux.resize(60, 9);
        String small = tmux.await("the list again", screen -> screen.contains("sorted by name"));
        assertThat(small.lines()).allMatch(line -> line.length() <= 60);

        tmux.press("q");
        String after = tmux.await("the end", screen -> screen.contains("all as it was"));
        assertThat(after).contains("ended with 0").doesNotContain("howdah top");
      }
    }
  }

  @Test
  void ctrl_c_leaves_the_terminal_as_it_was_too() throws Exception {
    try (Tmux tmux = top()) {
      tmux.await("a screen", screen -> screen.contains("q quit"));

      tmux.press("C-c");

      String after = tmux.await("the end", screen -> screen.contains("all as it was"));
      assertThat(after).doesNotContain("howdah top");
    }
  }
}
