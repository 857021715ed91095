package dev.howdah.pooler.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which poolers forward cancel requests to each other.
 *
 * @param ownId our {@code peer_id}; 0 for none, and then nothing is forwarded
 * @param peers by their ids, in ascending order; we may be among them
 */
public record PeeringConfig(int ownId, Map<Integer, PeerConfig> peers) {

  /** The largest {@code peer_id}, as in PgBouncer. */
  public static final int ID_MAX = 16383;

  /** No peers. */
  public static final PeeringConfig NONE = new PeeringConfig(0, Map.of());

  public PeeringConfig {
    Checks.atLeast("peer_id", ownId, 0);
    peers = Collections.unmodifiableMap(new TreeMap<>(peers));
  }

  /** Whether cancel keys name us, and requests for others are forwarded. */
  public boolean isOn() {
    return ownId > 0;
  }
}
