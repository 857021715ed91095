package dev.howdah.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.it.fixture.Transcript;
import dev.howdah.pooler.listen.Transport;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same short run over every kind of socket, transport and number of event loops. */
@ExtendWith(PostgresServer.Shared.class)
class TransportTest {

  private final PostgresServer server;

  TransportTest(PostgresServer server) {
    this.server = server;
  }

  @ParameterizedTest(name = "io = {0}, event_loops = {1}")
  @CsvSource({"epoll, 1", "epoll, 2", "nio, 1", "nio, 2", "io_uring, 1", "io_uring, 2", "auto, 2"})
  void a_mixed_run_succeeds_over_tcp(String io, int eventLoops) throws Exception {
    if (io.equals("io_uring")) {
      assumeThat(Transport.valueOf(io.toUpperCase(Locale.ROOT)).isAvailable())
          .as("the kernel of this machine offers io_uring")
          .isTrue();
    }
    Target direct = server.createDatabase("transport");
    try (TestPooler pooler =
        TestPooler.before(
            direct,
            "transaction",
            "io = " + io,
            "event_loops = " + eventLoops,
            "default_pool_size = 3")) {
      runMixed(direct, pooler.target(direct));
    }
  }

  @ParameterizedTest(name = "io = {0}")
  @CsvSource({"epoll", "nio"})
  void a_mixed_run_succeeds_over_unix_domain_sockets_on_both_sides(String io) throws Exception {
    Target direct = server.createDatabase("transport");
    Target bySocket =
        new Target(server.local().socketEndpoint(), direct.database(), direct.user(), "");
    try (TestPooler pooler =
        TestPooler.before(
            bySocket,
            "transaction",
            "io = " + io,
            "unix_socket_dir = SOCKETS",
            "default_pool_size = 3")) {
      runMixed(direct, pooler.socketTarget(direct));
    }
  }

  @Test
  void clients_of_both_kinds_of_socket_share_a_pool() throws Exception {
    Target direct = server.createDatabase("transport");
    try (TestPooler pooler =
        TestPooler.before(
            direct, "transaction", "unix_socket_dir = SOCKETS", "default_pool_size = 1")) {
      for (Target target : new Target[] {pooler.target(direct), pooler.socketTarget(direct)}) {
        assertThat(
                Program.postgres("psql", "-XAtc", "SELECT 6 * 7")
                    .connectedTo(target)
                    .run()
                    .succeeded()
                    .out())
            .isEqualTo("42\n");
      }
      assertThat(pooler.stats().servers()).isEqualTo(1);
    }
  }

  /** Many small transactions at once, then large rows, COPY both ways and errors. */
  private static void runMixed(Target direct, Target pooled) {
    Program.postgres("pgbench", "-i", "-q", "-s", "1").connectedTo(pooled).run().succeeded();
    Program.Result bench =
        Program.postgres("pgbench", "-n", "-Mextended", "-c8", "-j2", "-t60")
            .connectedTo(pooled)
            .run()
            .succeeded();

    assertThat(bench.out()).contains("number of failed transactions: 0");
    Transcript.assertSame(
        direct,
        pooled,
        target ->
            Program.postgres("psql", "-Xa", "-f", "-")
                .withInput(Transcript.resource("/psql/mixed.sql"))
                .connectedTo(target)
                .run()
                .succeeded()
                .output());
  }
}
