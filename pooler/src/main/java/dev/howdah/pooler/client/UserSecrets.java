package dev.howdah.pooler.client;

import dev.howdah.pooler.config.UserList;
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
  private static final int KEPT_VERIFIERS_MIN = 10_000;

  private final Map<String, Derived> verifiers = new ConcurrentHashMap<>();
  private volatile Listed listed = new Listed(UserList.EMPTY, new ConcurrentHashMap<>());
  private final LiveConfig live;
  private final Executor executor;
  private final MockSecrets mocks;

  /** A user list, and what its secrets were found to be when they were first asked for. */
  private record Listed(UserList users, Map<String, StoredSecret> parsed) {}

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
    this.mocks = new MockSecrets(random);
  }

  /** Every user there is. */
  public Set<String> names() {
    return live.now().users().secrets().keySet();
  }

  /** What is known of somebody, if only that nobody is listed under that name. */
  KnownUser user(String name) {
    Listed now = listed();
    return now.users.contains(name)
        ? KnownUser.listed(name, secret(now, name))
        : KnownUser.unknown(name);
  }

  /** The users in force. Looks once at each new list, in the background, to know what most are. */
  @SuppressWarnings("ReferenceEquality") // a new list is another object
  private Listed listed() {
    UserList users = live.now().users();
    Listed now = listed;
    if (now.users != users) { // two may see it at once, and do the same
      now = new Listed(users, new ConcurrentHashMap<>());
      listed = now;
      executor.execute(() -> mocks.list(users.secrets().values()));
    }
    return now;
  }

  /** What is stored for a user; null for an unknown one, and for one without a password. */
  public @Nullable StoredSecret find(String user) {
    return secret(listed(), user);
  }

  private static @Nullable StoredSecret secret(Listed now, String user) {
    StoredSecret known = now.parsed.get(user);
    if (known != null) {
      return known;
    }
    String text = now.users.secrets().get(user);
    if (text == null || text.isEmpty()) {
      return null; // an empty one would be proven by an empty password
    }
    StoredSecret parsed = StoredSecret.parse(text);
    now.parsed.put(user, parsed);
    return parsed;
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
      case StoredSecret.Plain plain -> derived(user.name(), plain.password());
      case StoredSecret.Md5 _ -> CompletableFuture.completedFuture(mock(user));
      case null -> CompletableFuture.completedFuture(mock(user));
    };
  }

  private CompletionStage<ScramVerifier> derived(String user, String password) {
    if (verifiers.size() >= Math.max(KEPT_VERIFIERS_MIN, 2 * names().size())) {
      verifiers.clear(); // of users who were looked up and may never come again
    }
    int iterations = iterations();
    return verifiers.compute(
            user,
            (_, known) ->
                known != null && known.password.equals(password) && known.iterations == iterations
                    ? known
                    : new Derived(
                        password,
                        iterations,
                        CompletableFuture.supplyAsync(
                            () -> ScramVerifier.derive(password, mocks.salt(user), iterations),
                            executor)))
        .verifier;
  }

  /**
   * Whether a plain password belongs to a user's verifier, or to the made-up one of a user without;
   * computed off the event loops, and takes as long either way.
   */
  CompletionStage<Boolean> matches(KnownUser user, String password) {
    ScramVerifier verifier =
        user.secret() instanceof StoredSecret.Scram scram ? scram.verifier() : mock(user);
    return CompletableFuture.supplyAsync(() -> verifier.matches(password), executor);
  }

  private ScramVerifier mock(KnownUser user) {
    return mocks.verifier(user.name(), iterations());
  }

  private int iterations() {
    return live.config().auth().scramIterations();
  }
}
