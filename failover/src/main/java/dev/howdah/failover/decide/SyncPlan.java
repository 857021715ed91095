package dev.howdah.failover.decide;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.SyncRule;
import java.util.Collection;

/** Which standbys should acknowledge commits. Pure. */
public final class SyncPlan {

  private SyncPlan() {}

  /**
   * The rule wanted now.
   *
   * @param config mode and number
   * @param target the rule that is in force or on its way
   * @param streaming names of standbys that stream from the primary and may be asked
   * @param eligible names of all standbys that may be asked, there or not
   */
  public static SyncRule desired(
      DynamicConfig config,
      SyncRule target,
      Collection<String> streaming,
      Collection<String> eligible) {
    int count = config.synchronousNodeCount();
    return switch (config.synchronousMode()) {
      case OFF -> SyncRule.NONE;
      case ON ->
          streaming.isEmpty()
              ? SyncRule.NONE
              : SyncRule.any(Math.min(count, streaming.size()), streaming);
      case STRICT -> {
        if (streaming.size() >= count) {
          yield SyncRule.any(count, streaming);
        }
        // Too few: commits wait. A rule that asks enough already needs no change for that.
        yield target.required() >= count || eligible.isEmpty()
            ? target
            : SyncRule.any(Math.min(count, eligible.size()), eligible);
      }
    };
  }
}
