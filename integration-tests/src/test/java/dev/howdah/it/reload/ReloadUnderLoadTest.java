package dev.howdah.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.it.console.OperatorConsole;
import dev.howdah.it.fixture.Certificates;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** {@code -Dhowdah.it.reloads=1000} for the long form. */
@ExtendWith(PostgresServer.Shared.class)
class ReloadUnderLoadTest {
  private static final int RELOADS = Integer.getInteger("howdah.it.reloads", 20);
  private static final int[] POOL_SIZES = {6, 2, 12, 1, 4};

  private final PostgresServer server;

  @TempDir Path folder;

  ReloadUnderLoadTest(PostgresServer server) {
    this.server = server;
  }

  /** The same pgbench again and again; the first failure ends it. */
  private static CompletableFuture<Integer> load(Program pgbench, AtomicBoolean over) {
    return CompletableFuture.supplyAsync(
        () -> {
          int runs = 0;
          while (!over.get()) {
            Program.Result result = pgbench.run().succeeded();
            assertThat(result.out()).contains("number of failed transactions: 0");
            assertThat(result.err()).doesNotContain("error").doesNotContain("FATAL");
            runs++;
          }
          return runs;
        },
        Thread::startVirtualThread);
  }

  @Test
  void no_query_fails_while_sizes_users_and_certificates_change() throws Exception {
    Target direct = server.createDatabase("reload");
    Program.postgres("pgbench", "-i", "-q", "-s", "1").connectedTo(direct).run().succeeded();
    var certificates = new Certificates(folder);
    certificates.issue("renewed");
    certificates.issue("current");
    try (TestPooler pooler = pooler(direct, certificates)) {
      Target pooled = pooler.target(direct).as("postgres", "secret");
      Map<String, String> encrypted = Map.of("PGSSLMODE", "require");
      AtomicBoolean over = new AtomicBoolean();
      var steady =
          load(
              Program.postgres("pgbench", "-n", "-c8", "-j1", "-T2")
                  .connectedTo(pooled)
                  .withEnvironment(encrypted),
              over);
      var reconnecting =
          load(
              Program.postgres("pgbench", "-n", "-S", "-C", "-c2", "-j1", "-T2")
                  .connectedTo(pooled)
                  .withEnvironment(encrypted),
              over);

      try (OperatorConsole console = OperatorConsole.open(pooled)) {
        for (int round = 0;
            round < RELOADS && !steady.isDone() && !reconnecting.isDone();
            round++) {
          change(pooler, certificates, round);
          console.order("RELOAD");
          check(pooled, round);
        }
      }
      over.set(true);

      assertThat(steady.get()).isPositive();
      assertThat(reconnecting.get()).isPositive();
    }
  }

  private static TestPooler pooler(Target direct, Certificates certificates) {
    return TestPooler.start(
        """
        [databases]
        %s user=postgres
        extra = host=127.0.0.1
        [pgbouncer]
        pool_mode = transaction
        default_pool_size = 4
        event_loops = 2
        auth_type = scram-sha-256
        admin_users = postgres
        client_tls_sslmode = allow
        client_tls_key_file = %s
        client_tls_cert_file = %s
        """
            .formatted(
                TestPooler.entry(direct),
                certificates.file("current.key"),
                certificates.file("current.crt")),
        TestPooler.users("postgres", "secret", "rotor", "password-start"));
  }

  private static void change(TestPooler pooler, Certificates certificates, int round)
      throws Exception {
    int size = POOL_SIZES[round % POOL_SIZES.length];
    String ini = Files.readString(pooler.ini());
    Change.write(
        pooler.ini(),
        ini.replaceAll("default_pool_size = \\d+", "default_pool_size = " + size)
            .replaceAll("(?m)^extra.*$", "extra_" + round + " = host=127.0.0.1")
            // Another way to the same place, so that every connection is replaced.
            .replaceAll(
                "( application_name=\\w+)? user=postgres",
                " application_name=round_%d user=postgres".formatted(round / 3)));
    Change.write(
        pooler.userList(), "\"postgres\" \"secret\"\n\"rotor\" \"password-%d\"\n".formatted(round));
    String issued = round % 2 == 0 ? "renewed" : "localhost";
    for (String kind : new String[] {".key", ".crt"}) {
      Files.copy(
          certificates.file(issued + kind),
          certificates.file("current" + kind),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void check(Target pooled, int round) throws Exception {
    pooled.as("rotor", "password-" + round).connect().close();
    if (round % 10 == 0) {
      assertThatThrownBy(() -> pooled.as("rotor", "password-start").connect().close())
          .isInstanceOfSatisfying(
              PSQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      try (Connection encrypted = pooled.connect(Map.of("sslmode", "require"))) {
        assertThat(encrypted.isValid(5)).isTrue();
      }
    }
  }
}
