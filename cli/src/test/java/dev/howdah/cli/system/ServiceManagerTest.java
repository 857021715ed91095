package dev.howdah.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceManagerTest {

  @Test
  void every_state_is_one_datagram(@TempDir Path folder) throws Throwable {
    String path = folder.resolve("notify").toString();
    try (DatagramReceiver systemd = new DatagramReceiver(path)) {
      ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", path));

      manager.ready();
      manager.reloading();
      manager.status("3 clients");
      manager.alive();
      manager.stopping();

      assertThat(systemd.next()).isEqualTo("READY=1");
      assertThat(systemd.next()).matches("RELOADING=1\nMONOTONIC_USEC=\\d+");
      assertThat(systemd.next()).isEqualTo("STATUS=3 clients");
      assertThat(systemd.next()).isEqualTo("WATCHDOG=1");
      assertThat(systemd.next()).startsWith("STOPPING=1\n");
    }
  }

  @Test
  void the_socket_may_be_abstract() throws Throwable {
    String name = "@howdah-test-" + ProcessHandle.current().pid();
    try (DatagramReceiver systemd = new DatagramReceiver(name)) {
      ServiceManager.of(Map.of("NOTIFY_SOCKET", name)).ready();

      assertThat(systemd.next()).isEqualTo("READY=1");
    }
  }

  @Test
  void without_systemd_nothing_is_said() {
    ServiceManager manager = ServiceManager.of(Map.of("WATCHDOG_USEC", "1000000"));

    manager.ready();

    assertThat(manager.isPresent()).isFalse();
    assertThat(manager.watchdog()).isEmpty();
  }

  @Test
  void the_watchdog_is_for_the_process_it_names() {
    assertThat(watchdog("1")).isEmpty();
    assertThat(watchdog(Long.toString(ProcessHandle.current().pid())))
        .contains(Duration.ofMillis(1500));
  }

  private static Optional<Duration> watchdog(String pid) {
    return ServiceManager.of(
            Map.of("NOTIFY_SOCKET", "@nobody", "WATCHDOG_USEC", "1500000", "WATCHDOG_PID", pid))
        .watchdog();
  }

  @Test
  void a_datagram_that_nobody_takes_is_an_error_and_no_wait() throws IOException {
    var socket = new UnixDatagram("@howdah-test-nobody");

    assertThatThrownBy(() -> socket.send(new byte[] {1})).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new UnixDatagram("x".repeat(200))).isInstanceOf(IOException.class);
  }
}
