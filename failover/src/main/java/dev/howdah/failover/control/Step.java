package dev.howdah.failover.control;

import dev.howdah.topology.Topology;
import java.util.Optional;

/**
 * What a round came to.
 *
 * @param write the topology to write in place of the one known; absent to leave it
 * @param sentence why, for people
 */
record Step(Optional<Topology> write, String sentence) {

  static Step wait(String sentence) {
    return new Step(Optional.empty(), sentence);
  }

  static Step write(Topology topology, String sentence) {
    return new Step(Optional.of(topology), sentence);
  }
}
