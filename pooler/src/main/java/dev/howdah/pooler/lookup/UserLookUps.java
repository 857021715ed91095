package dev.howdah.pooler.lookup;

import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.Pool;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.wire.error.PoolerException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Looks users up in a database ({@code auth_query}). Safe for all threads.
 *
 * <p>Logins of one user that come at the same time share one look-up. Nothing is remembered beyond
 * that: a password that was changed, and one whose time is over, count from the next login on.
 *
 * <p>The server connections are those of a pool of its own, which no client ever gets: what a
 * client leaves behind in a session cannot change what the query means. Their search_path is {@link
 * DatabaseConfig#LOOK_UP_SEARCH_PATH}.
 */
public final class UserLookUps {
  private final Pools pools;
  private final Supplier<Duration> loginTimeout;
  private final Map<Question, CompletableFuture<FoundUser>> running = new ConcurrentHashMap<>();

  private record Question(PoolKey pool, String sql, String user) {}

  /**
   * Look-ups by way of these pools.
   *
   * @param loginTimeout after which nobody waits for an answer, asked for each look-up; zero is
   *     never
   */
  public UserLookUps(Pools pools, Supplier<Duration> loginTimeout) {
    this.pools = pools;
    this.loginTimeout = loginTimeout;
  }

  /**
   * Looks a user up.
   *
   * @param database to ask
   * @param asker who asks ({@code auth_user})
   * @param lane of the client, whose server connections are nearest
   * @return completes on any thread; exceptionally with a {@link PoolerException} whose words the
   *     client may see
   */
  public CompletionStage<FoundUser> find(
      DatabaseConfig database, String asker, String sql, String user, Lane lane) {
    var question = new Question(PoolKey.ofLookUps(database.name(), asker), sql, user);
    var mine = new CompletableFuture<FoundUser>();
    CompletableFuture<FoundUser> others = running.putIfAbsent(question, mine);
    if (others != null) {
      return others;
    }
    Pool pool = enter(database, asker);
    mine.whenComplete((_, _) -> {
      running.remove(question, mine);
      pool.leave();
    });
    PoolShard shard = pool.shardOn(lane);
    var lookUp = new LookUp(shard, sql, user, deadlineIn(pool), mine);
    try {
      shard.lane().loop().execute(lookUp::start);
    } catch (RejectedExecutionException e) {
      mine.completeExceptionally(e); // the pooler is shutting down
    }
    return mine;
  }

  private Pool enter(DatabaseConfig database, String asker) {
    Pool pool;
    do {
      pool = pools.poolOfLookUps(database, asker);
    } while (!pool.tryEnter());
    return pool;
  }

  private Duration deadlineIn(Pool pool) {
    Duration query = pool.settings().queryTimeout();
    Duration login = loginTimeout.get();
    boolean shorter = query.isPositive() && query.compareTo(login) < 0;
    return shorter || login.isZero() ? query : login;
  }
}
