package dev.howdah.failover.observe;

import dev.howdah.topology.Evidence;
import java.util.Optional;

/** Hears of every attempt to reach a node. Called by the thread that watches that node. */
public interface NodeListener {

  /**
   * An attempt has ended.
   *
   * @param node its name
   * @param evidence what follows from all attempts so far
   * @param observation what the node said, if it answered
   */
  void observed(String node, Evidence evidence, Optional<NodeObservation> observation);
}
