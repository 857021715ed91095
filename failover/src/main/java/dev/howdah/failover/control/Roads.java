package dev.howdah.failover.control;

import dev.howdah.failover.decide.CandidateChoice;

/**
 * Makes the ways from one state of the topology to the next. A subclass may leave something out.
 */
class Roads {

  /** From PAUSING to FENCED. */
  DrainRoad drain(NodeWatch watch, Phases phases) {
    return new DrainRoad(watch, phases);
  }

  /** From FENCED to PROMOTING, in a switchover. */
  Handover handover(ActionDesk desk, NodeWatch watch) {
    return new Handover(desk, watch);
  }

  /** From FENCED to SERVING. */
  FailoverRoad failover(
      ActionDesk desk, NodeWatch watch, CandidateChoice chooser, Phases phases, Handover handover) {
    return new FailoverRoad(desk, watch, chooser, phases, handover);
  }
}
