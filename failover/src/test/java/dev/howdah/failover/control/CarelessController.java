package dev.howdah.failover.control;

import dev.howdah.failover.decide.CandidateChoice;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.record.RecordCache;

/** A controller that leaves out one precaution, to see whether the simulation notices. */
public final class CarelessController {

  private CarelessController() {}

  /** One that does not wait until poolers have let go. */
  public static Controller withoutWaiting(
      ProcessIdentity self, RecordCache records, CandidateChoice chooser, ControllerPort port) {
    return new Controller(self, records, chooser, port, Hasty::new);
  }

  private static final class Hasty extends FailoverRoad {
    Hasty(ActionDesk desk, NodeWatch watch, CandidateChoice chooser) {
      super(desk, watch, chooser);
    }

    @Override
    boolean isCutOff(ClusterState state, long nowNanos) {
      return true;
    }
  }
}
