package dev.howdah.pooler.client;

import dev.howdah.wire.auth.ScramVerifier;
import dev.howdah.wire.auth.StoredSecret;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes up what is asked of users who do not exist, so that it looks like what is asked of those
 * who do. Safe for all threads.
 *
 * <p>As PostgreSQL does: the same salt every time, and the method that most secrets have.
 */
final class MockSecrets {
  private static final int NONCE_BYTES = 32;

  private final byte[] nonce = new byte[NONCE_BYTES];
  private final AtomicInteger scramSurplus = new AtomicInteger(); // verifiers less other secrets
  private volatile int iterations;

  /**
   * Before any real secret was seen.
   *
   * @param iterations of verifiers made here
   */
  MockSecrets(int iterations, SecureRandom random) {
    this.iterations = iterations;
    random.nextBytes(nonce);
  }

  /** Learns from a real secret. */
  void observe(@Nullable StoredSecret secret) {
    switch (secret) {
      case StoredSecret.Scram(var verifier) -> {
        iterations = verifier.iterations();
        scramSurplus.updateAndGet(count -> count == Integer.MAX_VALUE ? count : count + 1);
      }
      case StoredSecret.Plain _, StoredSecret.Md5 _ ->
          scramSurplus.updateAndGet(count -> count == Integer.MIN_VALUE ? count : count - 1);
      case null -> {
        // Says nothing of the others.
      }
    }
  }

  /** Whether most users prove themselves by SCRAM where MD5 is possible too. */
  boolean preferScram() {
    return scramSurplus.get() >= 0;
  }

  /** A verifier that lets nobody in; always the same for a user. */
  ScramVerifier verifier(String user) {
    return ScramVerifier.mock(user, nonce, iterations);
  }

  /** The salt for a user's secret made here, be there such a user or not. */
  byte[] salt(String user) {
    return verifier(user).salt().toArray();
  }
}
