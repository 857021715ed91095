package dev.howdah.topology;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Who routes by the topology. */
public interface TopologyListener {

  /**
   * Goes over to {@code map}. Called in order, by one thread of the source, which must not be
   * blocked; epochs never fall.
   *
   * <p>In {@link TopologyState#PAUSING} no transaction starts on the primary any more: clients that
   * want one are held. Those that run may end. Maps that come later do not wait for that.
   *
   * @return completes when every connection to a primary of an earlier epoch, and every connection
   *     to the primary at all when the state permits no writes, is closed and no byte of one can be
   *     forwarded or relayed any more; while pausing, when no transaction runs on the primary any
   *     more either. The source acknowledges to the controllers after that, never before. Failing
   *     means that this could not be ascertained, and nothing is acknowledged
   */
  CompletionStage<Void> follow(ClusterMap map);

  /**
   * Clients whose sessions cannot be taken to another node, the first few of them: an operator
   * hears of them before a switchover. Called about once a second by the thread of the source,
   * which must not be blocked.
   */
  default List<UnmovableSession> unmovable() {
    return List.of();
  }
}
