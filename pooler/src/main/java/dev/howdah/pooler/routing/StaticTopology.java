package dev.howdah.pooler.routing;

import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.NodeRole;
import dev.howdah.topology.Lsn;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** Nodes that are what the configuration says; nobody asks them. */
public final class StaticTopology implements NodeTopology {
  private final TopologyView view;

  /** The first primary among the nodes is it; without one, the first that may be. */
  public StaticTopology(List<NodeConfig> nodes) {
    int primary = -1;
    for (int i = 0; i < nodes.size(); i++) {
      NodeRole role = nodes.get(i).role();
      boolean better = primary < 0 || nodes.get(primary).role() != NodeRole.PRIMARY;
      if (role == NodeRole.PRIMARY ? better : role == NodeRole.AUTO && primary < 0) {
        primary = i;
      }
    }
    List<NodeState> states = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      states.add(state(nodes.get(i), i == primary));
    }
    this.view = new TopologyView(states, primary, 0);
  }

  private static NodeState state(NodeConfig node, boolean primary) {
    return new NodeState(
        node,
        primary ? NodeState.Role.PRIMARY : NodeState.Role.REPLICA,
        primary ? "is the primary" : node.weight() == 0 ? "has weight 0" : "",
        "",
        0,
        Lsn.ZERO,
        Lsn.ZERO,
        0,
        0,
        0,
        0);
  }

  @Override
  public TopologyView now() {
    return view;
  }

  @Override
  public void start(Runnable onPrimary) {}

  @Override
  public long nextSample() {
    return 0;
  }

  @Override
  public Lsn positionAt(long sample) {
    return Lsn.ZERO;
  }

  @Override
  public void await(long sample, long nanos, EventLoop loop, Runnable outcome) {
    loop.execute(outcome);
  }

  @Override
  public void close() {}
}
