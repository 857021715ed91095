package dev.howdah.pooler.pool;

import dev.howdah.pooler.epoch.EpochGate;
import dev.howdah.pooler.routing.ProbingTopology;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyListener;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.UnmovableSession;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the pools in line with what the controllers have decided. The order matters: first every
 * pool knows where its server is now and under which epoch, then every event loop closes what was
 * opened under another one, and only then the epoch is acknowledged. A loop that was in the middle
 * of relaying is through with it when it comes to the closing.
 */
public final class EpochFollower implements TopologyListener {
  private static final Logger LOG = LoggerFactory.getLogger(EpochFollower.class);
  private static final long DRAIN_LOOK_MILLIS = 10;
  private static final int UNMOVABLE_MAX = 20; // an operator wants to see whose, not all

  private final EpochGate gate;
  private final ProbingTopology nodes;
  private final Pools pools;
  private final LaneSurvey survey;
  private final Executor workers;
  private volatile long followed; // counts the maps
  private volatile List<UnmovableSession> unmovable = List.of();

  /**
   * Follows for these pools.
   *
   * @param workers run what is not for an event loop
   */
  public EpochFollower(
      EpochGate gate, ProbingTopology nodes, Pools pools, LaneSurvey survey, Executor workers) {
    this.gate = gate;
    this.nodes = nodes;
    this.pools = pools;
    this.survey = survey;
    this.workers = workers;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread calls
  public CompletionStage<Void> follow(ClusterMap map) {
    long number = ++followed;
    Topology topology = map.topology();
    boolean pausing = topology.state() == TopologyState.PAUSING;
    gate.setPausing(pausing);
    gate.setSystemIdentifier(topology.systemIdentifier());
    LOG.info(
        "topology: epoch {}, {}, primary {}: {}",
        topology.epoch().value(),
        topology.state(),
        topology.primary(),
        topology.operation().reason());
    CompletionStage<Void> cut =
        nodes
            .lead(map)
            .thenRunAsync(pools::relocate, workers)
            .thenCompose(_ -> survey.tell(EpochFollower::cut));
    return pausing ? cut.thenCompose(_ -> drained(number)) : cut;
  }

  /** Those of about a second ago: the event loops are asked for the next call. */
  @Override
  public List<UnmovableSession> unmovable() {
    survey
        .ask(EpochFollower::unmovable)
        .whenComplete((sessions, failure) -> {
          if (failure == null) {
            unmovable = sessions.stream().limit(UNMOVABLE_MAX).toList();
          } else {
            LOG.warn("an event loop is busy, so it is not known which sessions cannot move");
          }
        });
    return unmovable;
  }

  private static List<UnmovableSession> unmovable(Lane lane) {
    long now = System.nanoTime();
    return lane.residents().stream()
        .map(resident -> resident.unmovable(now))
        .filter(Objects::nonNull)
        .limit(UNMOVABLE_MAX)
        .toList();
  }

  private static void cut(Lane lane) {
    for (PoolShard shard : lane.shards()) {
      shard.cut();
    }
  }

  /** Completes when no transaction runs on the primary; never, if something else is decided. */
  private CompletionStage<Void> drained(long number) {
    var done = new CompletableFuture<Void>();
    lookWhetherDrained(number, done);
    return done;
  }

  private void lookWhetherDrained(long number, CompletableFuture<Void> done) {
    survey
        .ask(lane -> lane.shards().stream().map(PoolShard::unfinished).toList())
        .whenComplete((counts, failure) -> {
          if (failure != null) {
            done.completeExceptionally(failure);
          } else if (counts.stream().allMatch(count -> count == 0)) {
            done.complete(null);
          } else if (number == followed) {
            CompletableFuture.delayedExecutor(DRAIN_LOOK_MILLIS, TimeUnit.MILLISECONDS, workers)
                .execute(() -> lookWhetherDrained(number, done));
          }
        });
  }
}
