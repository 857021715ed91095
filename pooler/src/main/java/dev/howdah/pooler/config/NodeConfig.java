package dev.howdah.pooler.config;

import dev.howdah.topology.Endpoint;

/**
 * One PostgreSQL server of {@code [nodes]}.
 *
 * @param weight its share of the reads, compared with other replicas; 0 for none
 * @param zone where it stands; empty when nobody said
 * @param role what it is where nobody asks it
 * @param candidacy what a cluster may use it for
 */
public record NodeConfig(
    String name, Endpoint endpoint, int weight, String zone, NodeRole role, Candidacy candidacy) {

  public NodeConfig {
    Checks.atLeast("weight", weight, 0);
  }

  /** A node with nothing special about it in a cluster. */
  public NodeConfig(String name, Endpoint endpoint, int weight, String zone, NodeRole role) {
    this(name, endpoint, weight, zone, role, Candidacy.DEFAULT);
  }

  /**
   * What a cluster may use a node for.
   *
   * @param priority among equally advanced candidates the highest is promoted
   * @param nofailover never promoted
   * @param nosync never asked to acknowledge commits
   * @param noloadbalance gets no reads
   */
  public record Candidacy(int priority, boolean nofailover, boolean nosync, boolean noloadbalance) {

    /** Anything. */
    public static final Candidacy DEFAULT = new Candidacy(0, false, false, false);

    public Candidacy {
      Checks.atLeast("priority", priority, 0);
    }
  }
}
