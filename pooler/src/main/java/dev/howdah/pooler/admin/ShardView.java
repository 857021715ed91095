package dev.howdah.pooler.admin;

import dev.howdah.pooler.admin.ServerView.Standing;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.pool.PoolShard;
import dev.howdah.pooler.server.ServerConnection;
import java.util.EnumMap;

/**
 * How a pool, or a shard of one, stood at one moment. The counts of server connections are by the
 * states that the console shows.
 *
 * @param waiting clients in the queue
 * @param longestWaitNanos how long the first of them has waited
 */
record ShardView(
    PoolKey key,
    int waiting,
    long longestWaitNanos,
    int active,
    int cancelRequests,
    int beingCancelled,
    int idle,
    int used,
    int tested,
    int opening,
    int retiring) {

  /** Event loop of the shard only. */
  static ShardView of(PoolShard shard) {
    EnumMap<Standing, Integer> counts = new EnumMap<>(Standing.class);
    int cancelRequests = 0;
    int retiring = 0;
    for (ServerConnection server : shard.servers()) {
      counts.merge(ServerView.standing(server, shard), 1, Integer::sum);
      cancelRequests += server.isBeingCancelled() ? 1 : 0;
      retiring += server.retirement() == null ? 0 : 1;
    }
    return new ShardView(
        shard.pool().key(),
        shard.waiting(),
        shard.longestWaitNanos(),
        counts.getOrDefault(Standing.ACTIVE, 0),
        cancelRequests,
        counts.getOrDefault(Standing.BEING_CANCELED, 0),
        counts.getOrDefault(Standing.IDLE, 0),
        counts.getOrDefault(Standing.USED, 0),
        counts.getOrDefault(Standing.TESTED, 0),
        shard.opening(),
        retiring);
  }

  /** Two shards of one pool together. */
  ShardView plus(ShardView other) {
    return new ShardView(
        key,
        waiting + other.waiting,
        Math.max(longestWaitNanos, other.longestWaitNanos),
        active + other.active,
        cancelRequests + other.cancelRequests,
        beingCancelled + other.beingCancelled,
        idle + other.idle,
        used + other.used,
        tested + other.tested,
        opening + other.opening,
        retiring + other.retiring);
  }
}
