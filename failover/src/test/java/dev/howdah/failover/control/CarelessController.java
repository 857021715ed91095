package dev.howdah.failover.control;

import dev.howdah.failover.decide.CandidateChoice;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.record.RecordCache;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.Topology;
import java.util.Optional;

/** A controller that leaves out one precaution, to see whether the simulation notices. */
public final class CarelessController {

  private CarelessController() {}

  /** One that does not wait until poolers have let go. */
  public static Controller withoutWaiting(
      ProcessIdentity self, RecordCache records, CandidateChoice chooser, ControllerPort port) {
    return new Controller(self, records, chooser, port, new WithoutWaiting());
  }

  /** One that fences for a switchover while transactions run. */
  public static Controller withoutDraining(
      ProcessIdentity self, RecordCache records, CandidateChoice chooser, ControllerPort port) {
    return new Controller(self, records, chooser, port, new WithoutDraining());
  }

  /** One that promotes in a switchover without asking what the candidate has. */
  public static Controller withoutCatchingUp(
      ProcessIdentity self, RecordCache records, CandidateChoice chooser, ControllerPort port) {
    return new Controller(self, records, chooser, port, new WithoutCatchingUp());
  }

  private static final class WithoutWaiting extends Roads {
    @Override
    FailoverRoad failover(
        ActionDesk desk,
        NodeWatch watch,
        CandidateChoice chooser,
        Phases phases,
        Handover handover) {
      return new FailoverRoad(desk, watch, chooser, phases, handover) {
        @Override
        boolean isCutOff(ClusterState state, long nowNanos) {
          return true;
        }
      };
    }
  }

  private static final class WithoutDraining extends Roads {
    @Override
    DrainRoad drain(NodeWatch watch, Phases phases) {
      return new DrainRoad(watch, phases) {
        @Override
        Optional<String> awaited(ClusterState state, OperatorRequest request) {
          return Optional.empty();
        }
      };
    }
  }

  private static final class WithoutCatchingUp extends Roads {
    @Override
    Handover handover(ActionDesk desk, NodeWatch watch) {
      return new Handover(desk, watch) {
        @Override
        boolean isCaughtUp(Topology topology) {
          return true;
        }
      };
    }
  }
}
