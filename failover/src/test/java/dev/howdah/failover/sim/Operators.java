package dev.howdah.failover.sim;

import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.Guard;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.Versioned;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.UnmovablePolicy;
import java.util.List;
import java.util.Optional;

/** People who ask for switchovers and failovers, and sometimes think better of it. */
final class Operators {

  private final World world;
  private final SimStore store;
  private final long until;
  private int asked;

  Operators(World world, SimStore store, long until) {
    this.world = world;
    this.store = store;
    this.until = until;
  }

  void begin() {
    world.at(world.millis(300, 3000), this::next);
  }

  Optional<OperatorRequest> request() {
    return store
        .direct(List.of(Keys.REQUEST))
        .get(Keys.REQUEST)
        .map(entry -> world.records.read(Keys.REQUEST, entry, OperatorRequest.class));
  }

  /** Whether a request waits for its answer. */
  boolean isSomethingOpen() {
    return request().filter(at -> !at.state().isOver()).isPresent();
  }

  private void next() {
    if (world.now >= until) {
      return;
    }
    if (world.random.nextInt(6) == 0) {
      cancel();
    } else {
      ask();
    }
    world.at(world.millis(100, 4000), this::next);
  }

  /** As the command line does it: only where no other request is open. */
  private void ask() {
    Snapshot snapshot = store.direct(List.of(Keys.REQUEST));
    if (isSomethingOpen()) {
      return;
    }
    long wallClock = world.now / World.MILLI;
    Optional<String> to =
        world.random.nextBoolean()
            ? Optional.empty()
            : Optional.of(world.nodes.get(world.random.nextInt(world.nodes.size())).name);
    String id = "r" + ++asked;
    OperatorRequest request =
        world.random.nextInt(6) == 0
            ? OperatorRequest.failover(id, to, false, "sim", wallClock)
            : OperatorRequest.switchover(id, to, "sim", wallClock)
                .draining(200 + world.random.nextInt(3000), UnmovablePolicy.WAIT);
    if (world.random.nextInt(8) == 0) {
      request = request.at(wallClock + world.random.nextInt(2000));
    }
    world.log("asks for " + request.sentence() + " as " + id);
    store.direct(
        GuardedWrite.put(
            Keys.REQUEST, snapshot.revisionOf(Keys.REQUEST), RecordJson.write(request)));
  }

  /** Before the fencing, never after it. */
  private void cancel() {
    Snapshot snapshot = store.direct(List.of(Keys.REQUEST, Keys.TOPOLOGY));
    Optional<Versioned> entry = snapshot.get(Keys.REQUEST);
    TopologyState state = store.topology().state();
    if (entry.isEmpty()
        || !isSomethingOpen()
        || (state != TopologyState.SERVING && state != TopologyState.PAUSING)) {
      return;
    }
    OperatorRequest cancelled =
        request().orElseThrow().now(RequestState.CANCELLED, "sim thought better of it");
    world.log("takes " + cancelled.id() + " back");
    store.direct(
        new GuardedWrite(
            List.of(
                new Guard(Keys.REQUEST, entry.get().revision()),
                new Guard(Keys.TOPOLOGY, snapshot.revisionOf(Keys.TOPOLOGY))),
            List.of(
                new GuardedWrite.Change(Keys.REQUEST, Optional.of(RecordJson.write(cancelled))))));
  }
}
