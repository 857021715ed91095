package dev.howdah.pooler.pool;

import dev.howdah.pooler.routing.NodeState;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.pooler.routing.ReplicaChoice;
import dev.howdah.pooler.routing.TopologyView;
import org.jspecify.annotations.Nullable;

/**
 * The shards of one database and user on the replicas, as seen from the shard where writes go, on
 * the same event loop; and whose turn it is among them. Event loop of the shard only.
 */
public final class NodeShards {
  private static final @Nullable PoolShard[] NONE = new PoolShard[0];

  private final PoolShard home;
  private final Pools house;
  private @Nullable PoolShard[] shards = NONE;
  private @Nullable ReplicaChoice choice;

  NodeShards(PoolShard home, Pools house) {
    this.home = home;
    this.house = house;
  }

  /**
   * The shard on the replica to read from; null when there is none for this read.
   *
   * @param source which node is what
   */
  public @Nullable PoolShard pick(NodeTopology source, ReplicaChoice.Wishes wishes) {
    TopologyView view = source.now();
    int nodes = view.nodes().size();
    ReplicaChoice chooser = choice;
    if (chooser == null) {
      chooser = new ReplicaChoice(nodes);
      choice = chooser;
      shards = new PoolShard[nodes];
    }
    int node = chooser.pick(view, wishes, System.nanoTime(), this::load);
    return node < 0 ? null : shard(node, view.nodes().get(node));
  }

  private int load(int node) {
    PoolShard there = shards[node];
    return there == null ? 0 : there.load();
  }

  private @Nullable PoolShard shard(int node, NodeState state) {
    PoolShard known = shards[node];
    if (known != null) {
      return known;
    }
    PoolShard found = house.onNode(home.pool(), state.node().name()).shardOn(home.lane());
    if (found.lane() != home.lane()) {
      return null; // a reload is just about to change that
    }
    shards[node] = found;
    return found;
  }
}
