package dev.howdah.pooler.client;

import dev.howdah.wire.auth.ScramVerifier;
import dev.howdah.wire.auth.StoredSecret;
import java.security.SecureRandom;
import java.util.Collection;
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
  private final AtomicInteger foundSurplus = new AtomicInteger(); // verifiers less other secrets
  private volatile int listedSurplus;
  private volatile int seenIterations; // of the latest verifier seen; 0 for none

  /** Before any real secret was seen. */
  MockSecrets(SecureRandom random) {
    random.nextBytes(nonce);
  }

  /** Learns from the secrets of a user list, in place of those of an earlier one. */
  void list(Collection<String> secrets) {
    int surplus = 0;
    for (String text : secrets) {
      surplus += text.isEmpty() ? 0 : lookAt(StoredSecret.parse(text));
    }
    listedSurplus = surplus;
  }

  /** Learns from a secret that was looked up. */
  void observe(@Nullable StoredSecret secret) {
    int difference = secret == null ? 0 : lookAt(secret);
    foundSurplus.updateAndGet(count -> Math.clamp((long) count + difference, -1_000, 1_000));
  }

  private int lookAt(StoredSecret secret) {
    if (secret instanceof StoredSecret.Scram(var verifier)) {
      seenIterations = verifier.iterations();
      return 1;
    }
    return -1;
  }

  /** Whether most users prove themselves by SCRAM where MD5 is possible too. */
  boolean preferScram() {
    return (long) listedSurplus + foundSurplus.get() >= 0;
  }

  /**
   * A verifier that lets nobody in; always the same for a user.
   *
   * @param ownIterations of verifiers made here, where none was seen that was made elsewhere
   */
  ScramVerifier verifier(String user, int ownIterations) {
    int seen = seenIterations;
    return ScramVerifier.mock(user, nonce, seen == 0 ? ownIterations : seen);
  }

  /** The salt for a user's secret made here, be there such a user or not. */
  byte[] salt(String user) {
    return ScramVerifier.mock(user, nonce).salt().toArray();
  }
}
