package dev.howdah.failover.decide;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.List;
import java.util.Optional;

/** The first topology of a cluster, from what its nodes say, or why there can be none. Pure. */
public final class Initialization {

  private Initialization() {}

  /**
   * A node that answered.
   *
   * @param name its name
   * @param inRecovery whether it is a standby
   * @param systemIdentifier of its copy
   * @param timeline that it writes or receives
   */
  public record Found(String name, boolean inRecovery, String systemIdentifier, int timeline) {}

  /** What came of it. */
  public sealed interface Outcome {
    /** The topology to create. */
    record Created(Topology topology) implements Outcome {}

    /** Why not, and what to do, in words for an operator. */
    record Impossible(String reason) implements Outcome {}
  }

  /**
   * Plans it.
   *
   * @param answered nodes that could be asked
   * @param silent names of nodes that could not; one of them may be a primary
   * @param by who asks for it
   * @param operationId unique
   */
  public static Outcome plan(
      List<Found> answered,
      List<String> silent,
      DynamicConfig config,
      String by,
      String operationId) {
    if (!silent.isEmpty()) {
      return new Outcome.Impossible(
          "these nodes do not answer, and any of them might be a primary: "
              + String.join(", ", silent)
              + "; start them, or take them out of [nodes]");
    }
    List<Found> primaries = answered.stream().filter(node -> !node.inRecovery()).toList();
    if (primaries.size() != 1) {
      return new Outcome.Impossible(
          primaries.isEmpty()
              ? "every node is in recovery, so there is no primary; promote one of them first"
              : "these nodes are all out of recovery, so each would accept writes: "
                  + String.join(", ", primaries.stream().map(Found::name).toList())
                  + "; make all but one of them standbys");
    }
    Found primary = primaries.getFirst();
    for (Found node : answered) {
      if (!node.systemIdentifier().equals(primary.systemIdentifier())) {
        return new Outcome.Impossible(
            "%s has the system identifier %s and the primary %s has %s: it is no copy of it; clone it anew"
                .formatted(
                    node.name(),
                    node.systemIdentifier(),
                    primary.name(),
                    primary.systemIdentifier()));
      }
    }
    return new Outcome.Created(
        new Topology(
            Epoch.FIRST,
            TopologyState.SERVING,
            primary.name(),
            primary.timeline(),
            primary.systemIdentifier(),
            List.of(),
            SyncRules.NONE,
            config.writeLeaseMillis(),
            new Operation(
                operationId,
                OperationKind.INITIALIZE,
                "the cluster was described for the first time",
                by,
                Optional.empty(),
                Optional.empty(),
                Lsn.ZERO,
                Lsn.ZERO)));
  }
}
