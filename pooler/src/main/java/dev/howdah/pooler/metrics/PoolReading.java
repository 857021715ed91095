package dev.howdah.pooler.metrics;

import dev.howdah.pooler.client.ClientSession;
import dev.howdah.pooler.client.ClientState;
import dev.howdah.pooler.pool.Lane;
import dev.howdah.pooler.pool.PoolCounters;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.server.ServerConnection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pool, or a shard of one, did until one moment and how it stood then. Not changed any more.
 *
 * @param size how many server connections the pool may have, the reserve not counted
 * @param waiting clients in the queue, logins included
 * @param longestWaitNanos how long the first of them has waited
 * @param pinned clients that keep their server connection between transactions
 */
record PoolReading(
    PoolKey key,
    int size,
    Map<ClientState, Integer> clients,
    Map<ServerUse, Integer> servers,
    int waiting,
    long longestWaitNanos,
    int pinned,
    PoolCounters counters) {

  /** What server connections are used for, in few words. */
  enum ServerUse {
    /** A client has it, or its last statement still runs. */
    ACTIVE,
    /** To be had at once. */
    IDLE,
    /** Runs statements of ours, or waits for a cancel request. */
    BUSY,
    /** Connecting or logging in. */
    OPENING
  }

  /** Reads every shard of a lane, on its event loop. */
  static List<PoolReading> of(Lane lane) {
    Map<PoolShard, Map<ClientState, Integer>> clients = new HashMap<>();
    for (Lane.Resident resident : lane.residents()) {
      if (resident instanceof ClientSession session) {
        clients
            .computeIfAbsent(session.shard(), _ -> new EnumMap<>(ClientState.class))
            .merge(session.state(), 1, Integer::sum);
      }
    }
    List<PoolReading> readings = new ArrayList<>();
    for (PoolShard shard : lane.shards()) {
      readings.add(of(shard, clients.getOrDefault(shard, Map.of())));
    }
    return readings;
  }

  private static PoolReading of(PoolShard shard, Map<ClientState, Integer> clients) {
    Map<ServerUse, Integer> servers = new EnumMap<>(ServerUse.class);
    servers.put(ServerUse.OPENING, shard.opening());
    int pinned = 0;
    for (ServerConnection server : shard.servers()) {
      servers.merge(useOf(server), 1, Integer::sum);
      pinned += server.client() instanceof ClientSession session && session.isPinned() ? 1 : 0;
    }
    return new PoolReading(
        shard.pool().key(),
        shard.pool().settings().poolSize(),
        clients,
        servers,
        shard.waiting(),
        shard.longestWaitNanos(),
        pinned,
        new PoolCounters().plus(shard.counters()));
  }

  private static ServerUse useOf(ServerConnection server) {
    return switch (server.state()) {
      case LINKED, DRAINING -> ServerUse.ACTIVE;
      case BUSY, CANCELLING -> ServerUse.BUSY;
      case IDLE, MOVING, CLOSED -> ServerUse.IDLE; // the last two are in no shard's list
    };
  }

  int clients(ClientState state) {
    return clients.getOrDefault(state, 0);
  }

  int servers(ServerUse use) {
    return servers.getOrDefault(use, 0);
  }

  /** Two shards of one pool together. */
  PoolReading plus(PoolReading other) {
    return new PoolReading(
        key,
        size,
        sum(clients, other.clients),
        sum(servers, other.servers),
        waiting + other.waiting,
        Math.max(longestWaitNanos, other.longestWaitNanos),
        pinned + other.pinned,
        counters.plus(other.counters));
  }

  private static <E> Map<E, Integer> sum(Map<E, Integer> one, Map<E, Integer> other) {
    Map<E, Integer> sums = new HashMap<>(one);
    other.forEach((key, count) -> sums.merge(key, count, Integer::sum));
    return sums;
  }
}
