package dev.howdah.pooler.client;

import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.wire.auth.ScramVerifier;
import dev.howdah.wire.auth.StoredSecret;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The users of {@code auth_file} and what is stored of their passwords. Safe for all threads.
 *
 * <p>A plain password is turned into a SCRAM verifier once, off the event loops, and kept. For an
 * unknown user a verifier is made up, always the same one, so that nobody can tell who exists.
 */
public final class UserSecrets {
  private static final int MOCK_NONCE_BYTES = 32;

  private final Map<String, Derived> verifiers = new ConcurrentHashMap<>();
  private final LiveConfig live;
  private final Executor executor;
  private final SecureRandom random;
  private final byte[] mockNonce;

  /** A verifier made of a password, for as long as that is the password. */
  private record Derived(
      String password, int iterations, CompletableFuture<ScramVerifier> verifier) {
    @Override
    public String toString() {
      return "Derived[redacted]";
    }
  }

  /**
   * The users of the configuration in force.
   *
   * @param executor where PBKDF2 may take its milliseconds
   */
  public UserSecrets(LiveConfig live, Executor executor, SecureRandom random) {
    this.live = live;
    this.executor = executor;
    this.random = random;
    this.mockNonce = new byte[MOCK_NONCE_BYTES];
    random.nextBytes(mockNonce);
  }

  /** Every user there is. */
  public Set<String> names() {
    return live.now().users().secrets().keySet();
  }

  /** Whether a user is listed, with or without a secret. */
  boolean knows(String user) {
    return live.now().users().contains(user);
  }

  /** What is stored for a user; null for an unknown one, and for one without a password. */
  public @Nullable StoredSecret find(String user) {
    return live.now()
        .users()
        .secret(user)
        .filter(text -> !text.isEmpty()) // an empty one would be proven by an empty password
        .map(StoredSecret::parse)
        .orElse(null);
  }

  /** The verifier to ask a user by: stored, derived once, or made up. */
  CompletionStage<ScramVerifier> verifier(String user) {
    int iterations = live.config().auth().scramIterations();
    return switch (find(user)) {
      case StoredSecret.Scram scram -> CompletableFuture.completedFuture(scram.verifier());
      case StoredSecret.Plain plain -> derived(user, plain.password(), iterations);
      case StoredSecret.Md5 _ -> CompletableFuture.completedFuture(mock(user, iterations));
      case null -> CompletableFuture.completedFuture(mock(user, iterations));
    };
  }

  private CompletionStage<ScramVerifier> derived(String user, String password, int iterations) {
    return verifiers.compute(
            user,
            (_, known) ->
                known != null && known.password.equals(password) && known.iterations == iterations
                    ? known
                    : new Derived(
                        password,
                        iterations,
                        CompletableFuture.supplyAsync(
                            () -> derive(password, iterations), executor)))
        .verifier;
  }

  /** Whether a plain password belongs to a verifier; computed off the event loops. */
  CompletionStage<Boolean> matches(ScramVerifier verifier, String password) {
    return CompletableFuture.supplyAsync(() -> verifier.matches(password), executor);
  }

  private ScramVerifier derive(String password, int iterations) {
    byte[] salt = new byte[ScramVerifier.SALT_BYTES];
    random.nextBytes(salt);
    return ScramVerifier.derive(password, salt, iterations);
  }

  private ScramVerifier mock(String user, int iterations) {
    return ScramVerifier.mock(user, mockNonce, iterations);
  }
}
