package dev.howdah.pooler.routing;

import java.util.List;

/**
 * Every node as it is known at one moment. Immutable.
 *
 * @param nodes in the order of the configuration
 * @param primary index of the primary; -1 when it is not known, or nobody may write to it
 * @param epoch of the primary, where somebody decides about it; 0 where nobody does
 */
public record TopologyView(List<NodeState> nodes, int primary, long epoch) {

  public TopologyView {
    nodes = List.copyOf(nodes);
  }

  /** The index of the node of that name; -1 for none. */
  public int find(String name) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).node().name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether any replica may serve reads. */
  public boolean hasReplica() {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).serves()) {
        return true;
      }
    }
    return false;
  }
}
