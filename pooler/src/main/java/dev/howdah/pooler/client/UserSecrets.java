package dev.howdah.pooler.client;

import dev.howdah.pooler.config.UserList;
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

  private final Map<String, StoredSecret> secrets = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<ScramVerifier>> verifiers = new ConcurrentHashMap<>();
  private final Set<String> listed;
  private final int iterations;
  private final Executor executor;
  private final SecureRandom random;
  private final byte[] mockNonce;

  /**
   * The users of a list.
   *
   * @param iterations for verifiers made here ({@code scram_iterations})
   * @param executor where PBKDF2 may take its milliseconds
   */
  public UserSecrets(UserList users, int iterations, Executor executor, SecureRandom random) {
    this.listed = Set.copyOf(users.secrets().keySet());
    users
        .secrets()
        .forEach((user, text) -> {
          if (!text.isEmpty()) { // an empty one would be proven by an empty password
            secrets.put(user, StoredSecret.parse(text));
          }
        });
    this.iterations = iterations;
    this.executor = executor;
    this.random = random;
    this.mockNonce = new byte[MOCK_NONCE_BYTES];
    random.nextBytes(mockNonce);
  }

  /** Every user there is. */
  public Set<String> names() {
    return listed;
  }

  /** What is known of somebody, if only that nobody is listed under that name. */
  KnownUser user(String name) {
    return listed.contains(name)
        ? new KnownUser(name, true, secrets.get(name))
        : KnownUser.unknown(name);
  }

  /** What is stored for a user; null for an unknown one, and for one without a password. */
  public @Nullable StoredSecret find(String user) {
    return secrets.get(user);
  }

  /** The verifier to ask a user by: stored, derived once, or made up. */
  CompletionStage<ScramVerifier> verifier(KnownUser user) {
    return switch (user.secret()) {
      case StoredSecret.Scram scram -> CompletableFuture.completedFuture(scram.verifier());
      case StoredSecret.Plain plain ->
          verifiers.computeIfAbsent(
              user.name(),
              _ -> CompletableFuture.supplyAsync(() -> derive(plain.password()), executor));
      case StoredSecret.Md5 _ -> CompletableFuture.completedFuture(mock(user.name()));
      case null -> CompletableFuture.completedFuture(mock(user.name()));
    };
  }

  /** Whether a plain password belongs to a verifier; computed off the event loops. */
  CompletionStage<Boolean> matches(ScramVerifier verifier, String password) {
    return CompletableFuture.supplyAsync(() -> verifier.matches(password), executor);
  }

  private ScramVerifier derive(String password) {
    byte[] salt = new byte[ScramVerifier.SALT_BYTES];
    random.nextBytes(salt);
    return ScramVerifier.derive(password, salt, iterations);
  }

  private ScramVerifier mock(String user) {
    return ScramVerifier.mock(user, mockNonce, iterations);
  }
}
