package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Poolers in processes of their own that share one port by {@code so_reuseport}. */
@ExtendWith(PostgresServer.Shared.class)
class SeveralProcessesTest {
  private static final int ROUNDS = Integer.getInteger("howdah.peers.rounds", 10);
  private static final int CLIENTS = 10;
  private static final Pattern HTTP_PORT = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");

  @TempDir private Path folder;

  private final PostgresServer server;
  private final List<ChildPooler> poolers = new ArrayList<>();

  SeveralProcessesTest(PostgresServer server) {
    this.server = server;
  }

  @AfterEach
  void stop() {
    poolers.forEach(ChildPooler::close);
  }

  @Test
  void a_hundred_cancel_requests_find_their_client_among_three_processes() throws Exception {
    Target direct = server.createDatabase("several");
    Target pooled = start(direct, 3);
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Backends backends = new Backends(direct)) {
      Future<?> bystander = threads.submit(() -> askWithoutEverBeingCancelled(pooled, over));
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(RawClient.login(pooled));
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (RawClient client : clients) {
          client.sendQuery("SELECT pg_sleep(600)");
        }
        backends.awaitCount("query = 'SELECT pg_sleep(600)' AND wait_event = 'PgSleep'", CLIENTS);
        for (RawClient client : clients) {
          client.cancel(); // lands on any of the processes, and once is enough
          assertThat(client.readAnswer().sqlState()).isEqualTo("57014");
        }
      }
      over.set(true);
      bystander.get();
      for (RawClient client : clients) {
        client.close();
      }
    }
    assertThat(metric("howdah_cancel_requests_forwarded_total")).isPositive();
    assertThat(metric("howdah_cancel_requests_dropped_total")).isZero();
    assertThat(metric("howdah_cancel_requests_received_total"))
        .isEqualTo((long) ROUNDS * CLIENTS + metric("howdah_cancel_requests_forwarded_total"));
  }

  private static Void askWithoutEverBeingCancelled(Target pooled, AtomicBoolean over)
      throws IOException {
    try (RawClient client = RawClient.login(pooled)) {
      for (int i = 0; !over.get(); i++) {
        RawClient.Answer answer = client.query("SELECT 'bystander " + i + "', pg_sleep(0.002)");
        assertThat(answer.error()).isEmpty();
        assertThat(answer.rows()).containsExactly("bystander " + i);
      }
    }
    return null;
  }

  @Test
  void libpq_cancels_through_two_processes() throws Exception {
    Target pooled = start(server.createDatabase("several"), 2);

    String script =
        """
        import psycopg2, threading
        for i in range(20):
            connection = psycopg2.connect("")
            timer = threading.Timer(0.1, connection.cancel)
            timer.start()
            try:
                connection.cursor().execute("SELECT pg_sleep(20)")
                print("not cancelled")
            except psycopg2.errors.QueryCanceled:
                print("cancelled")
            timer.join()
            connection.close()
        """;
    Program.Result result =
        Program.of(Path.of("/usr/bin/python3"), "python3-psycopg2", "-c", script)
            .connectedTo(pooled)
            .run()
            .succeeded();

    assertThat(result.out().lines().toList()).hasSize(20).containsOnly("cancelled");
  }

  @Test
  void a_process_that_is_gone_takes_neither_new_clients_nor_time() throws Exception {
    Target direct = server.createDatabase("several");
    Target pooled = start(direct, 2);
    RawClient kept = loginAt(1, pooled);
    RawClient lost = loginAt(2, pooled);

    poolers.get(1).close();

    for (int i = 0; i < 10; i++) {
      assertThat(RawClient.ask(pooled, "SELECT 1").rows()).containsExactly("1");
    }
    long before = System.nanoTime();
    lost.cancel();
    assertThat(System.nanoTime() - before).isLessThan(3_000_000_000L);
    try (RawClient alive = kept;
        Backends backends = new Backends(direct)) {
      alive.sendQuery("SELECT pg_sleep(600)");
      backends.awaitCount("wait_event = 'PgSleep'", 1);
      alive.cancel();
      assertThat(alive.readAnswer().sqlState()).isEqualTo("57014");
    }
    assertThat(poolers.getFirst().log())
        .contains("for a client of peer 2 dropped: that peer cannot be reached");
    lost.close();
  }

  @Test
  void a_second_process_does_not_take_the_socket_of_the_first() throws Exception {
    Target direct = server.createDatabase("several");
    Target pooled = start(direct, 1);
    Path second = Files.createDirectory(folder.resolve("second"));

    AssertionError refusal = null;
    try {
      poolers.add(
          launch(
              second,
              direct,
              "listen_port = " + pooled.endpoint().port(),
              "so_reuseport = 1",
              "unix_socket_dir = " + folder.resolve("1")));
    } catch (AssertionError e) {
      refusal = e;
    }

    assertThat(refusal).hasMessageContaining("give each its own unix_socket_dir");
    assertThat(RawClient.ask(pooled, "SELECT 1").rows()).containsExactly("1");
  }

  // ---- arrangement ----

  /** Logs in until it is at the process with this id, below 256, which its cancel key tells. */
  private static RawClient loginAt(int peerId, Target pooled) throws IOException {
    while (true) {
      RawClient client = RawClient.login(pooled);
      if (((client.processId() >>> 16) & 0xFF) == peerId) {
        return client;
      }
      client.close();
    }
  }

  /** Starts processes with the ids 1 and up on one port, known to each other by their sockets. */
  private Target start(Target direct, int processes) throws IOException {
    int port = freePort();
    StringBuilder peers = new StringBuilder("[peers]\n");
    for (int id = 1; id <= processes; id++) {
      Path directory = Files.createDirectory(folder.resolve(Integer.toString(id)));
      peers.append("%d = host=%s port=%d%n".formatted(id, directory, port));
    }
    for (int id = 1; id <= processes; id++) {
      Path directory = folder.resolve(Integer.toString(id));
      poolers.add(
          launch(
              directory,
              direct,
              "listen_port = " + port,
              "so_reuseport = 1",
              "peer_id = " + id,
              "unix_socket_dir = " + directory,
              "pidfile = " + directory.resolve("pid"),
              "pool_mode = transaction",
              "log_connections = 0",
              "log_disconnections = 0",
              "[http]",
              "listen = 127.0.0.1:0",
              peers.toString()));
    }
    return new Target(
        new Endpoint("127.0.0.1", port), direct.database(), direct.user(), direct.password());
  }

  private static ChildPooler launch(Path directory, Target direct, String... lines)
      throws IOException {
    return ChildPooler.start(
        directory, direct, 1024, List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"), lines);
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  /** The sum over all processes and labels. */
  private long metric(String name) throws IOException, InterruptedException {
    double sum = 0;
    for (ChildPooler pooler : poolers) {
      Matcher port = HTTP_PORT.matcher(pooler.log());
      assertThat(port.find()).as(pooler.log()).isTrue();
      HttpRequest request = HttpRequest.newBuilder(URI.create(port.group() + "/metrics")).build();
      try (HttpClient http = HttpClient.newHttpClient()) {
        for (String line : http.send(request, BodyHandlers.ofString()).body().lines().toList()) {
          if (line.startsWith(name)) {
            sum += Double.parseDouble(line.substring(line.lastIndexOf(' ')));
          }
        }
      }
    }
    return (long) sum;
  }
}
