package dev.howdah.pooler.server;

import dev.howdah.wire.auth.ScramKeys;
import dev.howdah.wire.auth.StoredSecret;
import dev.howdah.wire.field.Bytes;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What we log in to a server with: a user and whatever is known of the password. Safe for all
 * threads.
 *
 * <p>A SCRAM login needs PBKDF2 once per password and salt; that runs on the given executor, never
 * on an event loop, and its result is kept. A SCRAM verifier alone is not enough to log in with,
 * but a client that proves itself by the same verifier shows us its ClientKey, and that is.
 */
public final class ServerCredentials {
  private final String user;
  private volatile @Nullable StoredSecret secret;
  private final Executor executor;
  private volatile @Nullable Derived derived;
  private volatile @Nullable ScramKeys learnt;

  private record Derived(
      String password, Bytes salt, int iterations, CompletableFuture<ScramKeys> keys) {}

  /**
   * Credentials of one server user.
   *
   * @param secret null when nothing is known, which is enough for servers that trust us
   * @param executor where PBKDF2 may take its milliseconds
   */
  public ServerCredentials(String user, @Nullable StoredSecret secret, Executor executor) {
    this.user = user;
    this.secret = secret;
    this.executor = executor;
  }

  /**
   * What to log in with after a reload: these as long as the secret is the same, or no longer
   * known. Keys that were learnt are kept until a client shows others: the server may not have
   * changed yet.
   */
  public ServerCredentials succeededBy(ServerCredentials fresh) {
    if (fresh.secret == null || fresh.secret.equals(secret)) {
      return this;
    }
    fresh.learnt = learnt;
    return fresh;
  }

  /** The server's user. */
  public String user() {
    return user;
  }

  /** The plain password, if that is what is stored. */
  public @Nullable String password() {
    return secret instanceof StoredSecret.Plain plain ? plain.password() : null;
  }

  /** What is stored, if anything. */
  public @Nullable StoredSecret secret() {
    return secret;
  }

  /**
   * Replaces what is stored.
   *
   * @return whether it was something else
   */
  public boolean renew(@Nullable StoredSecret newSecret) {
    boolean changed = !Objects.equals(secret, newSecret);
    if (changed) {
      secret = newSecret;
    }
    return changed;
  }

  /**
   * Keeps the keys that a client's proof revealed, for servers that hold the same verifier.
   *
   * @return whether they were others
   */
  public boolean learn(ScramKeys keys) {
    boolean changed = !keys.equals(learnt);
    learnt = keys;
    return changed;
  }

  /**
   * The keys for a SCRAM login.
   *
   * @return completes with null when neither a password nor learnt keys are there; may complete on
   *     another thread
   */
  public CompletionStage<@Nullable ScramKeys> scramKeys(Bytes salt, int iterations) {
    String password = password();
    if (password == null) {
      return CompletableFuture.completedFuture(learnt);
    }
    Derived known = derived;
    if (known != null
        && known.iterations == iterations
        && known.salt.equals(salt)
        && known.password.equals(password)) {
      return known.keys.thenApply(keys -> keys);
    }
    CompletableFuture<ScramKeys> keys =
        CompletableFuture.supplyAsync(
            () -> ScramKeys.derive(password, salt.toArray(), iterations), executor);
    derived = new Derived(password, salt, iterations, keys);
    return keys.thenApply(computed -> computed);
  }

  @Override
  public String toString() {
    return "credentials of " + user;
  }
}
