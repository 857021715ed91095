package dev.howdah.failover.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeProbeTest {

  private static final NodeCredentials CREDENTIALS =
      new NodeCredentials("postgres", Optional.of("open sesame"), "postgres");
  private static final ProbeDeadlines DEADLINES =
      new ProbeDeadlines(Duration.ofMillis(300), Duration.ofMillis(300));

  @Test
  void a_node_that_accepts_and_stays_silent_costs_no_more_than_the_connect_deadline()
      throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        NodeProbe probe = new NodeProbe(at(silent), CREDENTIALS, DEADLINES)) {
      long startedAt = System.nanoTime();

      assertThatThrownBy(probe::observe).isInstanceOf(SQLException.class);

      assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void a_node_that_refuses_connections_is_reported_as_such() throws IOException {
    Endpoint closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = at(socket);
    }
    try (NodeProbe probe = new NodeProbe(closed, CREDENTIALS, DEADLINES)) {
      assertThatThrownBy(probe::observe)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"));
    }
  }

  @Test
  void a_unix_domain_socket_is_refused_up_front() {
    assertThatThrownBy(
            () -> new NodeProbe(new Endpoint("/run/postgresql", 5432), CREDENTIALS, DEADLINES))
        .hasMessageContaining("/run/postgresql:5432");
  }

  @Test
  void credentials_do_not_print_the_password() {
    assertThat(CREDENTIALS.toString()).doesNotContain("open sesame").contains("postgres");
  }

  @Test
  void a_deadline_of_nothing_is_refused() {
    assertThatThrownBy(() -> new ProbeDeadlines(Duration.ZERO, Duration.ofSeconds(1)))
        .hasMessage("the connect deadline must be at least 1 ms, not PT0S");
  }

  private static Endpoint at(ServerSocket socket) {
    return new Endpoint("127.0.0.1", socket.getLocalPort());
  }
}
