package dev.howdah.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cancel requests hit the statement of the client that they are for, or nothing. */
@ExtendWith(PostgresServer.Shared.class)
class CancelRaceTest {
  private static final int CLIENTS = 100;
  private static final int HONEST_CLIENTS = 10;
  private static final int ROUNDS = 8;

  private final PostgresServer server;

  CancelRaceTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void a_hundred_clients_that_cancel_themselves_never_hit_anybody_else() throws Exception {
    race(Map.of());
  }

  @Test
  void cancelling_does_no_harm_while_settings_are_switched_between_clients() throws Exception {
    race(Map.of("application_name", "changes"));
  }

  private void race(Map<String, String> parameters) throws Exception {
    Target direct = server.createDatabase("cancel");
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger cancelled = new AtomicInteger();
    try (TestPooler pooler =
            TestPooler.before(
                direct, "transaction", "default_pool_size = 5", "log_connections = 0");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Target pooled = pooler.target(direct);
      List<Future<?>> honest = new ArrayList<>();
      for (int i = 0; i < HONEST_CLIENTS; i++) {
        honest.add(threads.submit(() -> askWithoutEverBeingCancelled(pooled, over)));
      }
      List<Future<?>> cancelling = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Map<String, String> own =
            parameters.isEmpty() ? Map.of() : Map.of("application_name", "client " + i);
        cancelling.add(
            threads.submit(() -> cancelAtRandomMoments(threads, pooled, own, cancelled)));
      }
      for (Future<?> each : cancelling) {
        each.get();
      }
      over.set(true);
      for (Future<?> each : honest) {
        each.get();
      }
      assertThat(cancelled.get()).isPositive();
      assertThat(pooler.stats().servers()).isLessThanOrEqualTo(5);
    }
  }

  private static Void askWithoutEverBeingCancelled(Target pooled, AtomicBoolean over)
      throws IOException {
    try (RawClient client = RawClient.login(pooled)) {
      for (int i = 0; !over.get(); i++) {
        RawClient.Answer answer = client.query("SELECT 'honest " + i + "', pg_sleep(0.002)");
        assertThat(answer.error()).isEmpty();
        assertThat(answer.rows()).containsExactly("honest " + i);
      }
    }
    return null;
  }

  /** Sends statements of 20 ms, and cancel requests at random moments until each is answered. */
  private static Void cancelAtRandomMoments(
      ExecutorService threads,
      Target pooled,
      Map<String, String> parameters,
      AtomicInteger cancelled)
      throws Exception {
    try (RawClient client = RawClient.login(pooled, parameters)) {
      for (int round = 0; round < ROUNDS; round++) {
        client.sendQuery("SELECT 'mine " + round + "', pg_sleep(0.02)");
        AtomicBoolean answered = new AtomicBoolean();
        Future<?> cancelling = threads.submit(() -> cancelUntil(answered, client));
        RawClient.Answer answer = client.readAnswer();
        answered.set(true);
        cancelling.get();
        if (answer.error().isEmpty()) {
          assertThat(answer.rows()).containsExactly("mine " + round);
        } else {
          assertThat(answer.sqlState()).as(answer.message()).isEqualTo("57014");
          cancelled.incrementAndGet();
        }
      }
      // Nothing of all that is left over for a later statement.
      assertThat(client.query("SELECT 'last'").rows()).containsExactly("last");
    }
    return null;
  }

  private static Void cancelUntil(AtomicBoolean answered, RawClient client) throws IOException {
    while (!answered.get()) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(200_000_000));
      client.cancel(); // the last one often comes too late, and must do nothing then
    }
    return null;
  }

  @Test
  void a_running_statement_is_cancelled_with_57014_and_its_session_lives_on() throws Exception {
    Target direct = server.createDatabase("cancel");
    for (String mode : List.of("session", "transaction", "statement")) {
      try (TestPooler pooler = TestPooler.before(direct, mode);
          Backends backends = new Backends(direct);
          RawClient client = RawClient.login(pooler.target(direct))) {
        client.sendQuery("SELECT pg_sleep(600)");
        backends.awaitCount("wait_event = 'PgSleep'", 1);

        client.cancel();

        RawClient.Answer answer = client.readAnswer();
        assertThat(answer.sqlState()).isEqualTo("57014");
        assertThat(answer.status()).isEqualTo('I');
        assertThat(client.query("SELECT 1").rows()).containsExactly("1");
      }
    }
  }

  @Test
  void a_wrong_key_and_a_cancel_without_a_statement_do_nothing() throws Exception {
    Target direct = server.createDatabase("cancel");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "default_pool_size = 1");
        RawClient idle = RawClient.login(pooler.target(direct));
        RawClient busy = RawClient.login(pooler.target(direct))) {
      Target pooled = pooler.target(direct);
      byte[] wrong = busy.secret();
      wrong[0] ^= 1;
      busy.sendQuery("SELECT 'untouched', pg_sleep(0.5)");

      RawClient.cancel(pooled, busy.processId(), wrong);
      RawClient.cancel(pooled, busy.processId(), new byte[0]);
      RawClient.cancel(pooled, busy.processId(), idle.secret());
      RawClient.cancel(pooled, busy.processId() + 1_000, busy.secret());
      idle.cancel();

      assertThat(busy.readAnswer().rows()).containsExactly("untouched");
      busy.cancel();
      assertThat(busy.query("SELECT 'still here'").rows()).containsExactly("still here");
      assertThat(idle.query("SELECT 'idle'").rows()).containsExactly("idle");
    }
  }

  @Test
  void a_key_is_worth_nothing_after_its_session() throws Exception {
    Target direct = server.createDatabase("cancel");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "default_pool_size = 1");
        RawClient busy = RawClient.login(pooler.target(direct))) {
      RawClient gone = RawClient.login(pooler.target(direct));
      gone.query("SELECT 1");
      gone.close();
      busy.sendQuery("SELECT 'untouched', pg_sleep(0.5)");

      gone.cancel();

      assertThat(busy.readAnswer().rows()).containsExactly("untouched");
    }
  }
}
