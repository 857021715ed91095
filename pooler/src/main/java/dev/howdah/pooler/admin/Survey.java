package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientSession;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Pools;
import dev.howdah.pooler.pool.Waiter;
import dev.howdah.pooler.server.ServerConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks every event loop for what it owns. The questions run on the loops and answer with immutable
 * records; nobody blocks. Safe for all threads.
 */
final class Survey {
  private static final long TIMEOUT_SECONDS = 5;

  private final Pools pools;

  Survey(Pools pools) {
    this.pools = pools;
  }

  /** Puts a question to every lane; the answers one after the other, in no promised order. */
  <T> CompletableFuture<List<T>> ask(Function<Lane, List<T>> question) {
    List<CompletableFuture<List<T>>> asked = new ArrayList<>();
    for (Lane lane : pools.lanes()) {
      asked.add(CompletableFuture.supplyAsync(() -> question.apply(lane), lane.loop()));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .thenApply(_ -> {
          List<T> answers = new ArrayList<>();
          for (CompletableFuture<List<T>> answer : asked) {
            answers.addAll(answer.join());
          }
          return answers;
        });
  }

  /** Has something done on every lane. */
  CompletableFuture<Void> tell(Consumer<Lane> order) {
    return ask(
            lane -> {
              order.accept(lane);
              return List.<Void>of();
            })
        .thenApply(_ -> null);
  }

  CompletableFuture<List<ShardView>> shards() {
    return ask(lane -> lane.shards().stream().map(ShardView::of).toList());
  }

  CompletableFuture<List<ServerView>> servers() {
    return ask(lane -> {
      List<ServerView> views = new ArrayList<>();
      for (PoolShard shard : lane.shards()) {
        for (ServerConnection server : shard.servers()) {
          views.add(ServerView.of(server, shard));
        }
      }
      return views;
    });
  }

  CompletableFuture<List<WaitingClient>> clients() {
    return ask(lane -> {
      IdentityHashMap<Waiter, Long> waiting = new IdentityHashMap<>();
      for (PoolShard shard : lane.shards()) {
        shard.eachWaiter(waiting::put);
      }
      List<WaitingClient> views = new ArrayList<>();
      for (Lane.Resident resident : lane.residents()) {
        if (resident instanceof ClientSession session) {
          views.add(new WaitingClient(session.describe(), waiting.getOrDefault(session, 0L)));
        }
      }
      return views;
    });
  }

  /** How many clients are logging in. */
  CompletableFuture<Integer> logins() {
    return ask(lane ->
            List.of(
                lane.residents().stream()
                    .filter(resident -> !(resident instanceof ClientSession))
                    .count()))
        .thenApply(counts -> counts.stream().mapToInt(Math::toIntExact).sum());
  }

  /** The counters of every pool, its shards added up. */
  CompletableFuture<Map<PoolKey, Counts>> counts() {
    return ask(lane ->
            lane.shards().stream()
                .map(shard -> Map.entry(shard.pool().key(), Counts.of(shard.counters())))
                .toList())
        .thenApply(entries -> {
          Map<PoolKey, Counts> sums = new HashMap<>();
          entries.forEach(entry -> sums.merge(entry.getKey(), entry.getValue(), Counts::plus));
          return sums;
        });
  }
}
