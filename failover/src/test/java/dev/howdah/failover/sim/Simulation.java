package dev.howdah.failover.sim;

import dev.howdah.failover.decide.Initialization;
import dev.howdah.failover.record.Keys;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * One schedule: a cluster, its clients, and a quarter of a minute of trouble, all from one seed.
 */
final class Simulation {

  private static final long TROUBLE = 14_000 * World.MILLI;
  private static final long RECOVERY = 90_000 * World.MILLI;
  private static final String FIRST_PRIMARY = "n0";

  /**
   * What came of a schedule.
   *
   * @param violated what was broken, empty if nothing was
   * @param history the last lines of what happened
   */
  record Result(
      long seed,
      String violated,
      String history,
      int acknowledged,
      int failovers,
      int resumed,
      int lost,
      int strays,
      int switchovers,
      int rolledBack,
      int refused) {}

  private final World world;
  private final SimStore store;
  private final List<SimController> controllers = new ArrayList<>();
  private final Faults faults;
  private final Operators operators;
  private final long seed;

  private Simulation(long seed, Mutation mutation) {
    this.seed = seed;
    this.world = new World(seed, mutation);
    this.store = new SimStore(world);
    DynamicConfig config = config();
    for (int i = 0; i < 3; i++) {
      world.nodes.add(new SimPostgres(world, "n" + i, world.random.nextInt(3)));
    }
    for (SimPostgres node : world.nodes) {
      store.put(Keys.node(node.name), node.spec);
      if (!node.name.equals(FIRST_PRIMARY)) {
        node.inRecovery = true;
        node.upstream = world.nodes.getFirst();
      }
    }
    store.put(Keys.CONFIG, config);
    store.put(Keys.TOPOLOGY, initial(config));
    int howMany = 1 + world.random.nextInt(3);
    for (int i = 0; i < howMany; i++) {
      controllers.add(new SimController(world, store, "c" + i));
    }
    howMany = 1 + world.random.nextInt(3);
    for (int i = 0; i < howMany; i++) {
      world.poolers.add(new SimPooler(world, store, "p" + i));
    }
    this.operators = new Operators(world, store, TROUBLE);
    this.faults = new Faults(world, store, controllers, TROUBLE);
  }

  private DynamicConfig config() {
    SynchronousMode[] modes = SynchronousMode.values();
    long[] lags = {0, 3, 50, 1_000_000};
    long[] intervals = {0, 0, 1000, 4000};
    return new DynamicConfig(
        false,
        modes[world.random.nextInt(modes.length)],
        1 + world.random.nextInt(2),
        lags[world.random.nextInt(lags.length)],
        intervals[world.random.nextInt(intervals.length)],
        400 + world.random.nextInt(2000));
  }

  private Topology initial(DynamicConfig config) {
    List<Initialization.Found> found =
        world.nodes.stream()
            .map(node ->
                new Initialization.Found(
                    node.name, node.inRecovery, SimPostgres.SYSTEM_IDENTIFIER, 1))
            .toList();
    return ((Initialization.Outcome.Created)
            Initialization.plan(found, List.of(), config, "sim", "init"))
        .topology();
  }

  /** Runs one schedule to its end or to the first broken promise. */
  static Result run(long seed, Mutation mutation) {
    return new Simulation(seed, mutation).run();
  }

  private Result run() {
    try {
      operators.begin();
      faults.begin();
      world.runUntil(TROUBLE, () -> true);
      faults.mend();
      int before = world.invariants.acknowledgements();
      long mended = world.now;
      world.runUntil(
          mended + RECOVERY,
          () ->
              world.invariants.acknowledgements() < before + 20
                  || operators.isSomethingOpen()
                  || world.now < mended + 1000);
      if (world.invariants.acknowledgements() < before + 20) {
        world.nodes.forEach(node -> world.log(node.name + ": " + node.facts() + " " + node.rule));
        world.poolers.forEach(pooler -> world.log(pooler.describe()));
        return result("a mended cluster does not recover: " + store.topology());
      }
      if (operators.isSomethingOpen()) {
        return result("a request is never answered: " + operators.request());
      }
      world.invariants.finish(store.topology());
      return result("");
    } catch (Invariants.Violation e) {
      return result(String.valueOf(e.getMessage()));
    }
  }

  private Result result(String violated) {
    Invariants seen = world.invariants;
    return new Result(
        seed,
        violated,
        violated.isEmpty() ? "" : world.history(),
        seen.acknowledgements(),
        seen.failovers,
        seen.resumed,
        seen.lost,
        seen.strays,
        seen.moves.completed.size(),
        seen.moves.rolledBack.size(),
        seen.moves.refused);
  }
}
