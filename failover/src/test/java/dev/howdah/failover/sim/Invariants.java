package dev.howdah.failover.sim;

import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The promises of the design, checked at every step that could break one. */
final class Invariants {

  /** A commit that some client was told of. */
  record Acknowledged(long entry, long epoch, long at) {}

  private final World world;
  final Moves moves;
  private final List<Acknowledged> acknowledged = new ArrayList<>();
  private long entries;
  private long promotedEpoch = 1;
  private long fencedAt = Long.MIN_VALUE / 2;
  private boolean lossForbidden;
  int failovers;
  int resumed;
  int lost;
  int strays;

  Invariants(World world) {
    this.world = world;
    this.moves = new Moves(world);
  }

  long newEntry() {
    return ++entries;
  }

  int acknowledgements() {
    return acknowledged.size();
  }

  /** A pooler relays the acknowledgement of a commit. */
  void relayed(String pooler, long entry, long epoch) {
    acknowledged.add(new Acknowledged(entry, epoch, world.now));
    require(
        epoch >= promotedEpoch,
        "1: %s relayed an acknowledgement of epoch %d after the promotion of epoch %d"
            .formatted(pooler, epoch, promotedEpoch));
  }

  /** {@code node} has left recovery; {@code current} is the topology at this moment. */
  void promoted(SimPostgres node, Topology current) {
    boolean wanted =
        current.state() == TopologyState.PROMOTING
            && current.operation().candidate().filter(node.name::equals).isPresent();
    if (!wanted) {
      strays++;
      return;
    }
    promotedEpoch = Math.max(promotedEpoch, current.epoch().value());
  }

  /** The topology has been replaced. */
  void topologyWritten(Topology before, Topology after, DynamicConfig config) {
    require(isStep(before, after), "2: the topology went from %s to %s".formatted(before, after));
    if (after.state() == TopologyState.FENCED && before.state() == TopologyState.SERVING) {
      boolean automatic = after.operation().kind() == OperationKind.FAILOVER;
      require(!automatic || !config.paused(), "6: a failover began while paused");
      boolean again = automatic && before.operation().kind() == OperationKind.FAILOVER;
      long since = world.now - fencedAt;
      require(
          !again || since >= config.minFailoverIntervalMillis() * World.MILLI * 98 / 100,
          "6: a failover began %d ms after the last".formatted(since / World.MILLI));
      fencedAt = automatic ? world.now : fencedAt;
    }
    if (after.state() == TopologyState.PROMOTING) {
      candidate(after, config);
    }
    if (after.state() == TopologyState.SERVING && before.state() == TopologyState.FENCED) {
      resumed++;
    }
    if (after.state() == TopologyState.SERVING && before.state() == TopologyState.PROMOTING) {
      failovers++;
      promotedEpoch = Math.max(promotedEpoch, after.epoch().value());
      compare(after);
    }
  }

  private void candidate(Topology after, DynamicConfig config) {
    lossForbidden =
        after.operation().kind() == OperationKind.SWITCHOVER
            || config.synchronousMode() != SynchronousMode.OFF
            || !after.sync().mayBeAsynchronous();
    SimPostgres node = node(after.operation().candidate().orElseThrow());
    SimPostgres old = node(after.primary());
    require(
        node.timeline() >= after.timeline(),
        "5: %s is on timeline %d, the primary was on %d"
            .formatted(node.name, node.timeline(), after.timeline()));
    // The old primary may have been made a copy of another since; then there is nothing to compare.
    require(
        node.length() > old.length()
            || node.length() == 0
            || node.timeline() != after.timeline()
            || old.timeline() != after.timeline()
            || node.entry(node.length() - 1) == old.entry(node.length() - 1),
        "5: the history of %s is none of %s's".formatted(node.name, old.name));
    if (!lossForbidden) {
      long behind = after.operation().estimatedLossBytes();
      require(
          behind <= config.maximumLagOnFailoverBytes(),
          "4: the candidate is %d behind, %d are allowed"
              .formatted(behind, config.maximumLagOnFailoverBytes()));
    }
  }

  /** What the new primary lacks of what clients were told. */
  private void compare(Topology after) {
    Set<Long> missing = missing(node(after.primary()));
    require(
        !lossForbidden || missing.isEmpty(),
        "3: %d acknowledged commits are missing on %s, such as %s"
            .formatted(missing.size(), after.primary(), missing.stream().findFirst()));
    lost += missing.size();
    // From here on what survived is the truth.
    acknowledged.removeIf(at -> missing.contains(at.entry()));
  }

  private Set<Long> missing(SimPostgres primary) {
    Set<Long> missing = new HashSet<>();
    acknowledged.forEach(at -> missing.add(at.entry()));
    for (int i = 0; i < primary.length(); i++) {
      missing.remove(primary.entry(i));
    }
    return missing;
  }

  /** At the end nothing that survived all failovers may be missing. */
  void finish(Topology last) {
    Set<Long> missing = missing(node(last.primary()));
    require(
        missing.isEmpty(),
        "1: %d acknowledged commits are missing at the end, though no failover lost them"
            .formatted(missing.size()));
  }

  private static boolean isStep(Topology before, Topology after) {
    boolean samePrimary =
        before.primary().equals(after.primary()) && before.timeline() == after.timeline();
    boolean sameEpoch = before.epoch().equals(after.epoch());
    return switch (before.state()) {
      case SERVING, PAUSING ->
          samePrimary
              && ((sameEpoch && after.state().permitsWrites())
                  || (after.epoch().equals(before.epoch().next())
                      && after.state() == TopologyState.FENCED));
      case FENCED ->
          sameEpoch
              && samePrimary
              && (after.state() == TopologyState.PROMOTING
                  || after.state() == TopologyState.SERVING);
      case PROMOTING ->
          sameEpoch
              && ((samePrimary && after.state() == TopologyState.PROMOTING)
                  || (after.state() == TopologyState.SERVING
                      && before
                          .operation()
                          .candidate()
                          .filter(after.primary()::equals)
                          .isPresent()));
    };
  }

  private SimPostgres node(String name) {
    return world.nodes.stream().filter(at -> at.name.equals(name)).findFirst().orElseThrow();
  }

  private void require(boolean holds, String violated) {
    if (!holds) {
      throw new Violation(violated);
    }
  }

  /** A promise was broken. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String message) {
      super("invariant " + message);
    }
  }
}
