package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cancel requests that go through several poolers, or to one that does not answer. */
@ExtendWith(PostgresServer.Shared.class)
class PeerChainTest {
  private static final byte[] ANY_SECRET = {1, 2, 3, (byte) 0xFF};

  private final PostgresServer server;

  PeerChainTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void a_request_passes_two_poolers_on_its_way_with_short_and_long_keys() throws Exception {
    Target direct = server.createDatabase("chain");
    try (TestPooler last = start(direct, 3, "");
        TestPooler middle = start(direct, 2, peer(3, last.target(direct).endpoint()));
        TestPooler first = start(direct, 1, peer(3, middle.target(direct).endpoint()));
        Backends backends = new Backends(direct)) {
      for (int protocol : new int[] {0x0003_0000, 0x0003_0002}) {
        try (RawClient client = RawClient.connect(last.target(direct))) {
          byte[] startup = RawClient.startupPacket(last.target(direct), Map.of());
          startup[7] = (byte) protocol; // the minor version
          client.send(startup);
          client.readAnswer();
          assertThat(client.secret()).hasSize(protocol == 0x0003_0000 ? 4 : 32);
          client.sendQuery("SELECT pg_sleep(600)");
          backends.awaitCount("wait_event = 'PgSleep'", 1);

          RawClient.cancel(first.target(direct), client.processId(), client.secret());

          assertThat(client.readAnswer().sqlState()).isEqualTo("57014");
        }
      }
    }
  }

  @Test
  void a_wrong_secret_for_a_known_peer_cancels_nothing() throws Exception {
    Target direct = server.createDatabase("chain");
    try (TestPooler last = start(direct, 3, "");
        TestPooler first = start(direct, 1, peer(3, last.target(direct).endpoint()));
        RawClient client = RawClient.login(last.target(direct))) {
      client.sendQuery("SELECT 'untouched', pg_sleep(0.5)");
      byte[] wrong = client.secret();
      wrong[0] ^= 1;

      RawClient.cancel(first.target(direct), client.processId(), wrong);

      assertThat(client.readAnswer().rows()).containsExactly("untouched");
    }
  }

  @Test
  void a_peer_that_never_finishes_holds_nobody_beyond_the_timeout() throws Exception {
    Target direct = server.createDatabase("chain");
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TestPooler pooler =
            start(
                direct,
                1,
                "cancel_wait_timeout = 1\n"
                    + peer(5, new Endpoint("127.0.0.1", silent.getLocalPort()))
                    + " pool_size=2");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Duration>> waits = new ArrayList<>();
      for (int i = 0; i < 6; i++) { // two on their way, four waiting
        waits.add(threads.submit(() -> timeToCancel(pooler.target(direct), 5)));
      }

      for (Future<Duration> wait : waits) {
        assertThat(wait.get()).isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
      }
      assertThat(timeToCancel(pooler.target(direct), 6)).isLessThan(Duration.ofMillis(900));
    }
  }

  @Test
  void poolers_that_send_a_request_in_a_circle_give_it_up() throws Exception {
    Target direct = server.createDatabase("chain");
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    Endpoint one = new Endpoint("127.0.0.1", port);
    try (TestPooler two = start(direct, 2, peer(9, one));
        TestPooler first =
            start(
                direct,
                1,
                "listen_port = " + port + "\n" + peer(9, two.target(direct).endpoint()))) {

      assertThat(timeToCancel(first.target(direct), 9)).isLessThan(Duration.ofSeconds(3));
    }
  }

  private static Duration timeToCancel(Target pooled, int peerId) throws IOException {
    long before = System.nanoTime();
    RawClient.cancel(pooled, peerId << 16, ANY_SECRET);
    return Duration.ofNanos(System.nanoTime() - before);
  }

  private static String peer(int id, Endpoint endpoint) {
    return "[peers]\n%d = host=%s port=%d".formatted(id, endpoint.host(), endpoint.port());
  }

  private static TestPooler start(Target direct, int peerId, String lines) {
    return TestPooler.before(direct, "transaction", "peer_id = " + peerId, lines);
  }
}
