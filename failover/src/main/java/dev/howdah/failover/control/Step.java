package dev.howdah.failover.control;

import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.Topology;
import java.util.Optional;

/**
 * What a round came to.
 *
 * @param write the topology to write in place of the one known; absent to leave it
 * @param request the operator's request to write in place of the one known, in the same
 *     transaction; absent to leave it
 * @param sentence why, for people
 */
record Step(Optional<Topology> write, Optional<OperatorRequest> request, String sentence) {

  static Step wait(String sentence) {
    return new Step(Optional.empty(), Optional.empty(), sentence);
  }

  static Step write(Topology topology, String sentence) {
    return new Step(Optional.of(topology), Optional.empty(), sentence);
  }

  /** Nothing but the request, such as to say why it is refused. */
  static Step answer(OperatorRequest request) {
    return new Step(
        Optional.empty(), Optional.of(request), request.sentence() + ": " + request.outcome());
  }

  /** The same together with a change of the request. */
  Step with(OperatorRequest changed) {
    return new Step(write, Optional.of(changed), sentence);
  }

  /** Whether there is anything to write. */
  boolean isWrite() {
    return write.isPresent() || request.isPresent();
  }
}
