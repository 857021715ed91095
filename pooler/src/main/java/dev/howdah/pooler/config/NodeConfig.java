package dev.howdah.pooler.config;

import dev.howdah.topology.Endpoint;

/**
 * One PostgreSQL server of {@code [nodes]}.
 *
 * @param weight its share of the reads, compared with other replicas; 0 for none
 * @param zone where it stands; empty when nobody said
 * @param role what it is where nobody asks it
 */
public record NodeConfig(String name, Endpoint endpoint, int weight, String zone, NodeRole role) {

  public NodeConfig {
    Checks.atLeast("weight", weight, 0);
  }
}
