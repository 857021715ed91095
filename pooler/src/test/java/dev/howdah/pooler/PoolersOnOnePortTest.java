package dev.howdah.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where poolers may listen beside each other. */
class PoolersOnOnePortTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio", "auto"})
  void two_share_a_port_when_both_ask_for_it(String io) throws Exception {
    try (Pooler first = start(0, "", 1, io)) {
      int port = first.port();
      try (Pooler second = start(port, "", 1, io)) {
        assertThat(second.port()).isEqualTo(port);
      }
      assertThatThrownBy(() -> start(port, "", 0, io))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on");
    }
  }

  @Test
  void nobody_takes_the_socket_of_a_living_pooler() throws Exception {
    try (Pooler first = start(0, folder.toString(), 1, "epoll")) {
      int port = first.port();
      Path file = folder.resolve(".s.PGSQL." + port);

      assertThatThrownBy(() -> start(port, folder.toString(), 1, "epoll"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("give each its own unix_socket_dir");

      assertThat(file).exists();
    }
  }

  @Test
  void a_socket_that_a_dead_pooler_left_over_is_replaced() throws Exception {
    int port;
    try (Pooler first = start(0, "", 0, "epoll")) {
      port = first.port();
    }
    Path file = Files.createFile(folder.resolve(".s.PGSQL." + port));

    try (Pooler second = start(port, folder.toString(), 0, "epoll")) {
      assertThat(second.port()).isEqualTo(port);
      assertThat(Files.isRegularFile(file)).isFalse();
    }
  }

  private static Pooler start(int port, String directory, int reusePort, String io)
      throws Exception {
    return Pooler.start(
        TestConfig.loaded(
            """
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir = %s
            so_reuseport = %d
            peer_id = 1
            io = %s
            event_loops = 1
            server_tls_sslmode = disable
            """
                .formatted(port, directory, reusePort, io)));
  }
}
