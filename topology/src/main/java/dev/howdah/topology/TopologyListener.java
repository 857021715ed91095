package dev.howdah.topology;

import java.util.concurrent.CompletionStage;

/** Who routes by the topology. */
public interface TopologyListener {

  /**
   * Goes over to {@code map}. Called in order, by one thread of the source, which must not be
   * blocked; epochs never fall.
   *
   * @return completes when every connection to a primary of an earlier epoch, and every connection
   *     to the primary at all when the state permits no writes, is closed and no byte of one can be
   *     forwarded or relayed any more. The source acknowledges the epoch to the controllers after
   *     that, never before. Failing means that this could not be ascertained, and nothing is
   *     acknowledged
   */
  CompletionStage<Void> follow(ClusterMap map);
}
