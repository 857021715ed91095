package dev.howdah.failover.sim;

import dev.howdah.topology.OperationKind;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.HashSet;
import java.util.Set;

/** The promises of a planned switchover, checked with every step of the topology. */
final class Moves {

  private final World world;
  private final Set<String> begun = new HashSet<>();
  final Set<String> completed = new HashSet<>();
  final Set<String> rolledBack = new HashSet<>();
  int refused;

  Moves(World world) {
    this.world = world;
  }

  /** The topology has been replaced. */
  void written(Topology before, Topology after) {
    String id = after.operation().id();
    boolean planned = after.operation().kind() == OperationKind.SWITCHOVER;
    TopologyState from = before.state();
    TopologyState to = after.state();
    if (from == TopologyState.SERVING && to == TopologyState.PAUSING) {
      require(begun.add(id), "7: " + id + " begins twice");
    }
    if (from == TopologyState.PAUSING && to == TopologyState.FENCED) {
      world.poolers.stream()
          .filter(pooler -> pooler.isMidTransaction(before.epoch().value()))
          .findFirst()
          .ifPresent(pooler -> require(false, "8: " + id + " cuts transactions of " + pooler.name));
    }
    if (planned && to == TopologyState.SERVING && from != TopologyState.SERVING) {
      boolean moved = from == TopologyState.PROMOTING;
      require((moved ? completed : rolledBack).add(id), "7: " + id + " ends twice in the same way");
      require(
          !completed.contains(id) || !rolledBack.contains(id),
          "7: " + id + " was completed and rolled back");
    }
  }

  /** An operator was answered without a change of the topology. */
  void answered(OperatorRequest request) {
    String id = request.id();
    boolean planned = request.kind() == OperationKind.SWITCHOVER;
    boolean done = request.state() == RequestState.DONE;
    require(!planned || !done || completed.contains(id), "7: %s is no success".formatted(request));
    require(!planned || done || !completed.contains(id), "7: %s is no failure".formatted(request));
    if (!done && !begun.contains(id)) {
      refused++;
    }
  }

  private static void require(boolean holds, String violated) {
    if (!holds) {
      throw new Invariants.Violation(violated);
    }
  }
}
