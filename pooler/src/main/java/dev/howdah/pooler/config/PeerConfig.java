package dev.howdah.pooler.config;

import dev.howdah.topology.Endpoint;

/**
 * A pooler that cancel requests may be forwarded to: one entry of {@code [peers]}.
 *
 * @param id its {@code peer_id}, 1 to {@link PeeringConfig#ID_MAX}
 * @param endpoint where it takes cancel requests
 * @param poolSize how many requests may be on their way to it at a time
 */
public record PeerConfig(int id, Endpoint endpoint, int poolSize) {

  public PeerConfig {
    Checks.atLeast("peer_id", id, 1);
    Checks.atLeast("pool_size", poolSize, 1);
  }
}
