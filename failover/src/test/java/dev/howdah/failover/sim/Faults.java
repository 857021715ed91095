package dev.howdah.failover.sim;

import dev.howdah.failover.record.Keys;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.ArrayList;
import java.util.List;

/** Breaks things at random moments, and mends them. */
final class Faults {

  private final World world;
  private final SimStore store;
  private final List<SimController> controllers;
  private final List<SimPooler> poolers;
  private final int calm;
  private final long until;

  Faults(World world, SimStore store, List<SimController> controllers, long until) {
    this.world = world;
    this.store = store;
    this.controllers = controllers;
    this.poolers = world.poolers;
    // In every third schedule little happens, so that operations come to their end.
    this.calm = world.random.nextInt(3) == 0 ? 8 : 1;
    this.until = until;
  }

  void begin() {
    world.at(world.millis(1500, 3500), this::next);
    store.watch(this::strikeAtTheWorstMoment);
  }

  /** Whoever has just moved the topology on, or is about to be moved to, stops or dies. */
  private void strikeAtTheWorstMoment(String writer) {
    Topology topology = store.topology();
    if (world.now >= until
        || topology.state() == TopologyState.SERVING
        || world.random.nextInt(4 * calm) > 0) {
      return;
    }
    long soon = world.random.nextInt(3) == 0 ? 0 : world.random.nextInt(200_000_000);
    switch (world.random.nextInt(6)) {
      case 0 ->
          controllers.stream()
              .filter(at -> at.name.equals(writer))
              .forEach(at ->
                  world.at(
                      soon,
                      () -> {
                        world.log("restart " + at.name);
                        at.restart();
                      }));
      case 1, 2 ->
          controllers.stream()
              .filter(at -> at.name.equals(writer))
              .forEach(at -> world.at(soon, () -> stall(at)));
      case 3 -> world.at(soon, () -> stall(poolers.get(world.random.nextInt(poolers.size()))));
      case 4 -> world.at(soon, () -> breakNode(node(topology.primary())));
      default ->
          topology
              .operation()
              .candidate()
              .ifPresent(name -> world.at(soon, () -> breakNode(node(name))));
    }
  }

  private SimPostgres node(String name) {
    return world.nodes.stream().filter(at -> at.name.equals(name)).findFirst().orElseThrow();
  }

  private void next() {
    if (world.now >= until) {
      return;
    }
    int dice = world.random.nextInt(100);
    if (dice < 28) {
      breakNode(primaryOrAny(70));
    } else if (dice < 36) {
      breakNode(world.nodes.get(world.random.nextInt(world.nodes.size())));
    } else if (dice < 52) {
      stall(poolers.get(world.random.nextInt(poolers.size())));
    } else if (dice < 66) {
      stall(controllers.get(world.random.nextInt(controllers.size())));
    } else if (dice < 84) {
      partition();
    } else if (dice < 90) {
      storeTrouble();
    } else if (dice < 94) {
      config();
    } else {
      restartSomebody();
    }
    world.at(world.millis(50, 2500) * calm, this::next);
  }

  private SimPostgres primaryOrAny(int percent) {
    String primary = store.topology().primary();
    return world.random.nextInt(100) < percent
        ? node(primary)
        : world.nodes.get(world.random.nextInt(world.nodes.size()));
  }

  private void breakNode(SimPostgres node) {
    if (!node.isAnswering()) {
      return;
    }
    switch (world.random.nextInt(4)) {
      case 0, 1 -> {
        long orphans = world.random.nextBoolean() ? world.millis(0, 1500) : 0;
        world.log("kill " + node.name);
        node.crash(orphans);
        world.at(
            world.millis(500, 8000),
            () -> {
              if (!node.isRunning()) {
                world.log("start " + node.name);
                node.start();
              }
            });
      }
      case 2 -> stall(node);
      default -> {
        world.log("crash-restart of " + node.name);
        node.crashRestart(world.millis(200, 3000));
      }
    }
  }

  private void stall(SimProcess process) {
    if (!process.isAnswering()) {
      return;
    }
    world.log("stop " + process.name);
    process.pause();
    world.at(
        world.random.nextBoolean() ? world.millis(20, 1000) : world.millis(500, 8000),
        () -> {
          world.log("continue " + process.name);
          process.goOn();
        });
  }

  private List<String> everybody() {
    List<String> names = new ArrayList<>(List.of(SimStore.NAME));
    world.nodes.forEach(at -> names.add(at.name));
    controllers.forEach(at -> names.add(at.name));
    poolers.forEach(at -> names.add(at.name));
    return names;
  }

  private void partition() {
    List<String> names = everybody();
    String one = names.get(world.random.nextInt(names.size()));
    List<String> others = new ArrayList<>(names);
    others.remove(one);
    if (world.random.nextBoolean()) {
      others = List.of(others.get(world.random.nextInt(others.size())));
    } else if (world.random.nextBoolean()) {
      others.removeIf(_ -> world.random.nextBoolean());
    }
    boolean there = world.random.nextInt(3) > 0;
    boolean back = !there || world.random.nextBoolean();
    List<String> cutOff = others;
    world.log("cut " + one + (there ? " -> " : "") + (back ? " <- " : "") + cutOff);
    for (String other : cutOff) {
      if (there) {
        world.cut(one, other);
      }
      if (back) {
        world.cut(other, one);
      }
    }
    world.at(
        world.millis(200, 6000),
        () -> {
          for (String other : cutOff) {
            world.heal(one, other);
            world.heal(other, one);
          }
        });
  }

  private void storeTrouble() {
    if (world.random.nextBoolean()) {
      world.log("store down");
      store.down(true);
      world.at(world.millis(100, 5000), () -> store.down(false));
    } else {
      world.log("everything slow");
      world.slowness = 30;
      world.at(world.millis(100, 3000), () -> world.slowness = 1);
    }
  }

  private void config() {
    DynamicConfig now = store.config();
    boolean mode = world.random.nextInt(3) == 0;
    SynchronousMode[] modes = SynchronousMode.values();
    DynamicConfig next =
        new DynamicConfig(
            mode ? now.paused() : !now.paused(),
            mode ? modes[world.random.nextInt(modes.length)] : now.synchronousMode(),
            now.synchronousNodeCount(),
            now.maximumLagOnFailoverBytes(),
            now.minFailoverIntervalMillis(),
            world.random.nextBoolean() ? now.writeLeaseMillis() : 500 + world.random.nextInt(2500));
    world.log("config " + next);
    store.put(Keys.CONFIG, next);
  }

  private void restartSomebody() {
    if (world.random.nextBoolean()) {
      SimPooler pooler = poolers.get(world.random.nextInt(poolers.size()));
      world.log("restart " + pooler.name);
      pooler.restart();
    } else {
      SimController controller = controllers.get(world.random.nextInt(controllers.size()));
      world.log("restart " + controller.name);
      controller.restart();
    }
  }

  /** Everything works from now on. */
  void mend() {
    world.log("all mended");
    world.healAll();
    world.slowness = 1;
    store.down(false);
    world.nodes.forEach(node -> {
      node.goOn();
      if (!node.isRunning()) {
        node.start();
      }
    });
    controllers.forEach(SimProcess::goOn);
    poolers.forEach(SimProcess::goOn);
    DynamicConfig now = store.config();
    store.put(
        Keys.CONFIG,
        new DynamicConfig(
            false,
            now.synchronousMode(),
            now.synchronousNodeCount(),
            now.maximumLagOnFailoverBytes(),
            now.minFailoverIntervalMillis(),
            now.writeLeaseMillis()));
  }
}
