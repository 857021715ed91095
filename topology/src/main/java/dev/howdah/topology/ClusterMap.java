package dev.howdah.topology;

import java.util.List;
import java.util.Optional;

/**
 * The topology together with where its nodes are: all that routing needs.
 *
 * @param topology who is primary
 * @param nodes every node of the cluster
 */
public record ClusterMap(Topology topology, List<NodeSpec> nodes) {

  public ClusterMap {
    nodes = List.copyOf(nodes);
  }

  /** The node of that name, if the cluster has it. */
  public Optional<NodeSpec> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }
}
