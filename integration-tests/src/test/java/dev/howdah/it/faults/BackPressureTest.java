package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * When one side is slow the other is not read: memory stays where it is, however much is on its
 * way. {@code -Dhowdah.it.megabytes=1000} makes the amounts a gigabyte.
 */
@ExtendWith(PostgresServer.Shared.class)
class BackPressureTest {
  private static final int MEGABYTES = Integer.getInteger("howdah.it.megabytes", 200);
  private static final long MEGABYTE = 1_000_000;
  private static final long GROWTH_MAX = 48 * MEGABYTE; // arenas and chunks, not data

  private final PostgresServer server;
  private Target direct;
  private long memoryBefore;

  BackPressureTest(PostgresServer server) {
    this.server = server;
  }

  @BeforeEach
  void measure() throws Exception {
    direct = server.createDatabase("pressure");
    System.gc(); // returns what earlier tests left, so that growth is this test's own
    memoryBefore = memory();
  }

  /** What Netty holds outside the heap and what the heap holds, garbage included at most once. */
  private static long memory() {
    Runtime runtime = Runtime.getRuntime();
    return directMemory() + runtime.totalMemory() - runtime.freeMemory();
  }

  private static long directMemory() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  private static long liveMemory() {
    System.gc();
    return memory();
  }

  private void assertNoGrowth() {
    assertThat(directMemory()).as("what is measured").isPositive();
    assertThat(liveMemory() - memoryBefore).isLessThan(GROWTH_MAX);
  }

  private static String rows(int megabytes) {
    return "SELECT repeat('w', 990) FROM generate_series(1, " + megabytes * 1_000 + ")";
  }

  @Test
  void a_large_result_for_a_slow_reader_takes_no_memory() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "transaction");
        RawClient slow = RawClient.loginSlow(pooler.target(direct), 65_536);
        RawClient other = RawClient.login(pooler.target(direct))) {
      slow.sendQuery(rows(MEGABYTES));
      byte[] part = new byte[(int) MEGABYTE];
      long read = 0;
      for (int pause = 0; pause < 10; pause++) {
        read += slow.readBytes(part);
        // A pause in which nobody reads, measured by work done on the other connection.
        for (int i = 0; i < 20; i++) {
          assertThat(other.query("SELECT 'meanwhile'").rows()).containsExactly("meanwhile");
        }
        if (pause == 5) {
          assertNoGrowth();
        }
      }
      read += drain(slow, MEGABYTES * MEGABYTE - read);

      assertThat(read).isGreaterThanOrEqualTo(MEGABYTES * MEGABYTE);
      assertNoGrowth();
    }
  }

  private static long drain(RawClient client, long bytes) throws IOException {
    byte[] part = new byte[(int) MEGABYTE];
    long read = 0;
    while (read < bytes) {
      int now = client.readBytes(part);
      if (now == 0) {
        break;
      }
      read += now;
    }
    return read;
  }

  @Test
  void fifty_clients_that_do_not_read_at_all_take_no_memory_and_leave_it_free() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "default_pool_size = 50");
        Backends backends = new Backends(direct)) {
      List<RawClient> silent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        RawClient client = RawClient.loginSlow(pooler.target(direct), 65_536);
        client.sendQuery(rows(MEGABYTES));
        silent.add(client);
      }
      backends.awaitCount("wait_event = 'ClientWrite'", 50);

      assertNoGrowth();

      for (RawClient client : silent) {
        client.reset();
      }
      backends.awaitQuiet();
    }
  }

  @Test
  void a_copy_into_a_locked_table_stops_its_client_and_goes_on_with_the_lock_gone()
      throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "transaction");
        Backends backends = new Backends(direct);
        Backends watch = new Backends(direct);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        RawClient client = RawClient.login(pooler.target(direct))) {
      backends.execute("CREATE TABLE parts (name text)");
      backends.execute("CREATE TABLE gate (i int)");
      // The first row waits for a lock inside the trigger; the server reads no more until then.
      backends.execute(
          "CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS"
              + " 'BEGIN PERFORM 1 FROM gate; RETURN NULL; END'");
      backends.execute(
          "CREATE TRIGGER pass BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION pass()");
      backends.execute("BEGIN; LOCK TABLE gate");
      client.sendQuery("COPY parts FROM STDIN");
      client.readUntil('G');
      AtomicLong sent = new AtomicLong();
      Future<?> sending = threads.submit(() -> sendRows(client, sent));
      watch.awaitCount("wait_event_type = 'Lock'", 1);
      awaitStandstill(sent);

      assertThat(sent.get()).isLessThan(MEGABYTES * MEGABYTE / 2);
      assertNoGrowth();

      backends.execute("COMMIT");
      sending.get();
      client.send('c', new byte[0]);
      RawClient.Answer answer = client.readAnswer();
      assertThat(answer.error()).isEmpty();
      assertThat(answer.status()).isEqualTo('I');
      assertNoGrowth();
    }
  }

  private static Void sendRows(RawClient client, AtomicLong sent) throws IOException {
    byte[] line = new byte[10_000];
    Arrays.fill(line, (byte) 'c');
    line[line.length - 1] = '\n';
    byte[] message = RawClient.message('d', line);
    while (sent.get() < MEGABYTES * MEGABYTE) {
      client.send(message);
      sent.addAndGet(message.length);
    }
    return null;
  }

  /** Waits until nothing more was sent for half a second. */
  private static void awaitStandstill(AtomicLong sent) {
    AtomicLong last = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(20))
        .until(() -> sent.get() > 0 && last.getAndSet(sent.get()) == sent.get());
  }

  @Test
  void a_client_that_asks_and_asks_and_never_reads_is_stopped() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "transaction");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RawClient rude = RawClient.loginSlow(pooler.target(direct), 65_536);
      AtomicLong sent = new AtomicLong();
      byte[] question = RawClient.queryMessage("SELECT repeat('q', 1000)");
      Future<?> asking =
          threads.submit(() -> {
            while (sent.get() < MEGABYTES * MEGABYTE) {
              rude.send(question);
              sent.addAndGet(question.length);
            }
            return null;
          });
      awaitStandstill(sent);

      assertNoGrowth();
      assertThat(sent.get()).isLessThan(MEGABYTES * MEGABYTE);
      rude.reset();
      await().atMost(Duration.ofSeconds(10)).until(asking::isDone);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> pooler.stats().clients() == 0 && pooler.stats().waiting() == 0);
      assertThat(RawClient.ask(pooler.target(direct), "SELECT 1").rows()).containsExactly("1");
    }
  }

  @Test
  void a_client_that_waits_for_its_turn_cannot_send_without_end() throws Exception {
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "default_pool_size = 1");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        RawClient holder = RawClient.login(pooler.target(direct));
        RawClient eager = RawClient.login(pooler.target(direct))) {
      holder.query("BEGIN; SELECT 1");
      byte[] question = RawClient.queryMessage("SELECT 'asked', '" + "q".repeat(10_000) + "'");
      int questions = 2_000;
      AtomicLong sent = new AtomicLong();
      Future<?> asking =
          threads.submit(() -> {
            for (int i = 0; i < questions; i++) {
              eager.send(question);
              sent.addAndGet(question.length);
            }
            return null;
          });
      awaitStandstill(sent);
      assertThat(sent.get()).isLessThan((long) questions * question.length);
      eager.setReadTimeout(Duration.ofMillis(100));
      assertThatThrownBy(eager::read).isInstanceOf(SocketTimeoutException.class);
      eager.setReadTimeout(Duration.ofSeconds(30));

      holder.query("COMMIT");

      for (int i = 0; i < questions; i++) {
        assertThat(eager.readAnswer().rows()).containsExactly("asked");
      }
      asking.get();
      assertNoGrowth();
    }
  }
}
