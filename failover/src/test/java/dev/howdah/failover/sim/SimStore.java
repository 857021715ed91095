package dev.howdah.failover.sim;

import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.Guard;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.InMemoryStore;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.WriteResult;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A linearizable store behind a bad network: answers get lost, and requests arrive late. */
final class SimStore {

  static final String NAME = "store";
  private static final long DEADLINE = 300 * World.MILLI;

  private final World world;
  private final InMemoryStore store = new InMemoryStore();
  private final List<Consumer<String>> watchers = new ArrayList<>();
  private boolean down;

  SimStore(World world) {
    this.world = world;
  }

  void down(boolean isDown) {
    down = isDown;
  }

  void watch(Consumer<String> watcher) {
    watchers.add(watcher);
  }

  Snapshot direct(List<String> selectors) {
    return store.read(selectors);
  }

  /** A write of an operator. */
  void direct(GuardedWrite write) {
    store.write(write);
  }

  Topology topology() {
    return world.records.read(
        Keys.TOPOLOGY,
        direct(List.of(Keys.TOPOLOGY)).get(Keys.TOPOLOGY).orElseThrow(),
        Topology.class);
  }

  OperatorRequest request() {
    return world.records.read(
        Keys.REQUEST,
        direct(List.of(Keys.REQUEST)).get(Keys.REQUEST).orElseThrow(),
        OperatorRequest.class);
  }

  DynamicConfig config() {
    return world.records.read(
        Keys.CONFIG,
        direct(List.of(Keys.CONFIG)).get(Keys.CONFIG).orElseThrow(),
        DynamicConfig.class);
  }

  void put(String key, Record value) {
    store.write(
        GuardedWrite.put(key, direct(List.of(key)).revisionOf(key), RecordJson.write(value)));
  }

  /** A read by {@code client}; nothing after its deadline. */
  void read(SimProcess client, List<String> selectors, Consumer<Optional<Snapshot>> answer) {
    Once<Optional<Snapshot>> once = new Once<>(answer);
    client.in(DEADLINE, () -> once.accept(Optional.empty()));
    if (!world.connected(client.name, NAME)) {
      return;
    }
    world.at(
        world.latency(),
        () -> {
          if (!down) {
            Snapshot snapshot = store.read(selectors);
            if (world.connected(NAME, client.name)) {
              client.in(world.latency(), () -> once.accept(Optional.of(snapshot)));
            }
          }
        });
  }

  /** A write by {@code client}; what is not answered in time may have happened, or happen yet. */
  void write(SimProcess client, GuardedWrite write, Consumer<WriteResult> answer) {
    Once<WriteResult> once = new Once<>(answer);
    client.in(DEADLINE, () -> once.accept(new WriteResult.Unknown("no answer")));
    boolean stuck = !world.connected(client.name, NAME) || world.random.nextInt(100) < 4;
    if (stuck && world.random.nextBoolean()) {
      return;
    }
    // What is stuck in a socket is sent when the way is free again, whoever still waits for it.
    long delay = stuck ? world.millis(100, 5000) : world.latency();
    world.at(delay, () -> arrive(client, write, once));
  }

  private void arrive(SimProcess client, GuardedWrite write, Once<WriteResult> once) {
    if (down) {
      return;
    }
    WriteResult result = apply(write, client.name);
    if (world.connected(NAME, client.name) && world.random.nextInt(100) > 0) {
      client.in(world.latency(), () -> once.accept(result));
    }
  }

  private WriteResult apply(GuardedWrite write, String by) {
    boolean request = write.changes().stream().anyMatch(at -> at.key().equals(Keys.REQUEST));
    boolean topology = write.changes().stream().anyMatch(at -> at.key().equals(Keys.TOPOLOGY));
    if (!topology) {
      WriteResult result = store.write(write);
      if (request && result instanceof WriteResult.Applied) {
        world.log(by + " answers " + request());
        world.invariants.moves.answered(request());
      }
      return result;
    }
    Topology before = topology();
    GuardedWrite carried =
        world.mutation == Mutation.NO_COMPARE_AND_SWAP ? withoutGuards(write) : write;
    WriteResult result = store.write(carried);
    if (result instanceof WriteResult.Applied) {
      Topology after = topology();
      world.log(
          by
              + " writes "
              + after.state()
              + " epoch "
              + after.epoch()
              + " primary "
              + after.primary()
              + " candidate "
              + after.operation().candidate().orElse("-")
              + " sync "
              + after.sync());
      world.invariants.moves.written(before, after);
      world.invariants.topologyWritten(before, after, config());
      watchers.forEach(watcher -> watcher.accept(by));
    }
    return result;
  }

  private GuardedWrite withoutGuards(GuardedWrite write) {
    return new GuardedWrite(
        write.guards().stream()
            .map(at -> new Guard(at.key(), direct(List.of(at.key())).revisionOf(at.key())))
            .toList(),
        write.changes());
  }

  /** Passes on the first of an answer and a deadline. */
  private static final class Once<T> implements Consumer<T> {
    private final Consumer<T> target;
    private boolean done;

    Once(Consumer<T> target) {
      this.target = target;
    }

    @Override
    public void accept(T value) {
      if (!done) {
        done = true;
        target.accept(value);
      }
    }
  }
}
