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
  private static final int KEPT_VERIFIERS_MIN = 10_000;

  private final Map<String, StoredSecret> secrets = new ConcurrentHashMap<>();
  private final Map<KnownUser, CompletableFuture<ScramVerifier>> verifiers =
      new ConcurrentHashMap<>();
  private final Set<String> listed;
  private final int iterations;
  private final Executor executor;
  private final MockSecrets mocks;

  /**
   * The users of a list.
   *
   * @param iterations for verifiers made here ({@code scram_iterations})
   * @param executor where PBKDF2 may take its milliseconds
   */
  public UserSecrets(UserList users, int iterations, Executor executor, SecureRandom random) {
    this.listed = Set.copyOf(users.secrets().keySet());
    this.iterations = iterations;
    this.executor = executor;
    this.mocks = new MockSecrets(iterations, random);
    users
        .secrets()
        .forEach((user, text) -> {
          if (!text.isEmpty()) { // an empty one would be proven by an empty password
            StoredSecret secret = StoredSecret.parse(text);
            secrets.put(user, secret);
            mocks.observe(secret);
          }
        });
  }

  /** Every user there is. */
  public Set<String> names() {
    return listed;
  }

  /** What is known of somebody, if only that nobody is listed under that name. */
  KnownUser user(String name) {
    return listed.contains(name)
        ? KnownUser.listed(name, secrets.get(name))
        : KnownUser.unknown(name);
  }

  /** What is stored for a user; null for an unknown one, and for one without a password. */
  public @Nullable StoredSecret find(String user) {
    return secrets.get(user);
  }

  /** Learns what a secret usually looks like from one that was looked up elsewhere. */
  void observe(KnownUser found) {
    mocks.observe(found.secret());
  }

  /**
   * Whether a user who may prove itself by MD5 or SCRAM is to be asked by SCRAM: as the secret has
   * it, and without one as most others have it.
   */
  boolean prefersScram(KnownUser user) {
    return user.secret() == null
        ? mocks.preferScram()
        : user.secret() instanceof StoredSecret.Scram;
  }

  /** The verifier to ask a user by: stored, derived once, or made up. */
  CompletionStage<ScramVerifier> verifier(KnownUser user) {
    return switch (user.secret()) {
      case StoredSecret.Scram scram -> CompletableFuture.completedFuture(scram.verifier());
      case StoredSecret.Plain plain -> derived(user, plain.password());
      case StoredSecret.Md5 _ -> CompletableFuture.completedFuture(mocks.verifier(user.name()));
      case null -> CompletableFuture.completedFuture(mocks.verifier(user.name()));
    };
  }

  private CompletionStage<ScramVerifier> derived(KnownUser user, String password) {
    if (verifiers.size() >= Math.max(KEPT_VERIFIERS_MIN, 2 * listed.size())) {
      verifiers.clear(); // passwords that were looked up and have changed since
    }
    return verifiers.computeIfAbsent(
        user,
        _ ->
            CompletableFuture.supplyAsync(
                () -> ScramVerifier.derive(password, mocks.salt(user.name()), iterations),
                executor));
  }

  /**
   * Whether a plain password belongs to a user's verifier, or to the made-up one of a user without;
   * computed off the event loops, and takes as long either way.
   */
  CompletionStage<Boolean> matches(KnownUser user, String password) {
    ScramVerifier verifier =
        user.secret() instanceof StoredSecret.Scram scram
            ? scram.verifier()
            : mocks.verifier(user.name());
    return CompletableFuture.supplyAsync(() -> verifier.matches(password), executor);
  }
}
