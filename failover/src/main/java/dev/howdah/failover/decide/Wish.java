package dev.howdah.failover.decide;

import dev.howdah.topology.OperationKind;
import dev.howdah.topology.OperatorRequest;
import java.util.Optional;

/**
 * What an operator wants of a choice.
 *
 * @param to the node to promote; absent to leave it to the rules
 * @param allowDataLoss whether it may lack acknowledged commits
 */
public record Wish(Optional<String> to, boolean allowDataLoss) {

  /** Nobody asked. */
  public static final Wish NONE = new Wish(Optional.empty(), false);

  /** What is wanted by a request for a failover. */
  public static Wish of(OperatorRequest request) {
    return request.kind() == OperationKind.MANUAL_FAILOVER
        ? new Wish(request.to(), request.allowDataLoss())
        : NONE;
  }
}
