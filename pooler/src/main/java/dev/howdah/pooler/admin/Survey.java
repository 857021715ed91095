package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ClientSession;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.LaneSurvey;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.pool.Waiter;
import dev.howdah.pooler.server.ServerConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** The console's questions to the event loops. Safe for all threads. */
final class Survey {
  private final LaneSurvey lanes;

  Survey(LaneSurvey lanes) {
    this.lanes = lanes;
  }

  /** Puts a question to every lane; the answers one after the other. */
  <T> CompletableFuture<List<T>> ask(Function<Lane, List<T>> question) {
    return lanes.ask(question);
  }

  /** Has something done on every lane. */
  CompletableFuture<Void> tell(Consumer<Lane> order) {
    return lanes.tell(order);
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
        ServerConnection listening = shard.listening();
        if (listening != null) {
          views.add(ServerView.of(listening, shard));
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
    return lanes
        .ask(lane ->
            List.of(
                lane.residents().stream()
                    .filter(resident -> !(resident instanceof ClientSession))
                    .count()))
        .thenApply(counts -> counts.stream().mapToInt(Math::toIntExact).sum());
  }

  /** The counters of every pool, its shards added up. */
  CompletableFuture<Map<PoolKey, Counts>> counts() {
    return lanes
        .ask(lane ->
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
