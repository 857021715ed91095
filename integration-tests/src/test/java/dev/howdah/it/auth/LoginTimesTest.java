package dev.howdah.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.wire.auth.ScramVerifier;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody can tell by the time a refusal takes whether a user exists. */
@ExtendWith(PostgresServer.Shared.class)
class LoginTimesTest {
  private static final int TRIES = Integer.getInteger("howdah.login.tries", 15);
  private static final double RATIO_MAX = 3; // other work on the machine is louder than that

  private final PostgresServer server;

  LoginTimesTest(PostgresServer server) {
    this.server = server;
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "scram-sha-256, verifier",
    "scram-sha-256, plain",
    "plain, verifier",
    "md5, verifier",
    "scram-sha-256, looked up"
  })
  void a_wrong_password_takes_as_long_for_an_unknown_user(String method, String stored)
      throws Exception {
    Target direct = server.createDatabase("times");
    server
        .local()
        .execute(
            direct.database(),
            "CREATE ROLE "
                + direct.database()
                + " LOGIN PASSWORD 'secret'; -- to be looked up by its name");
    String verifier = ScramVerifier.derive("secret", new byte[16], 4096).asText();
    Map<String, String> users =
        switch (stored) {
          case "plain" -> Map.of(direct.database(), "secret");
          case "verifier" -> Map.of(direct.database(), verifier);
          default -> Map.of("postgres", "");
        };
    String lookUp = stored.equals("looked up") ? "auth_user = postgres" : "";
    try (TestPooler pooler =
        TestPooler.start(
            """
            [databases]
            %s
            [pgbouncer]
            auth_type = %s
            log_pooler_errors = 0
            %s
            """
                .formatted(TestPooler.entry(direct), method, lookUp),
            users)) {
      Target pooled = pooler.target(direct);
      Target known = pooled.as(direct.database(), "wrong");
      Target unknown = pooled.as("nobody", "wrong");
      assertThat(Refusals.of(known).replace(direct.database(), "nobody"))
          .isEqualTo(Refusals.of(unknown));
      long[] knownNanos = new long[TRIES];
      long[] unknownNanos = new long[TRIES];

      for (int i = 0; i < TRIES; i++) { // in turn, so that both see the same machine
        knownNanos[i] = nanosOf(known);
        unknownNanos[i] = nanosOf(unknown);
      }

      double ratio = (double) median(knownNanos) / median(unknownNanos);
      assertThat(ratio).isBetween(1 / RATIO_MAX, RATIO_MAX);
    }
  }

  private static long nanosOf(Target target) {
    long start = System.nanoTime();
    assertThat(Refusals.of(target)).startsWith("28P01");
    return System.nanoTime() - start;
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
