package dev.howdah.failover.sim;

import dev.howdah.failover.control.CarelessController;
import dev.howdah.failover.control.Controller;
import dev.howdah.failover.control.ControllerPort;
import dev.howdah.failover.control.NodeFacts;
import dev.howdah.failover.control.Ticket;
import dev.howdah.failover.decide.CandidateChoice;
import dev.howdah.failover.decide.Recruit;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.topology.Evidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A process with the production controller in it. */
final class SimController extends SimProcess implements ControllerPort {

  private final SimStore store;
  private final SimHands hands;
  private Controller controller;
  private int starts;

  SimController(World world, SimStore store, String name) {
    super(world, name);
    this.store = store;
    this.hands = new SimHands(this, store);
    this.controller = begin();
    store.watch(_ -> {
      if (world.random.nextInt(5) > 0) {
        in(world.latency(), () -> controller.hint(clock()));
      }
    });
  }

  private Controller begin() {
    ProcessIdentity identity = new ProcessIdentity(name, "boot" + ++starts, "");
    CandidateChoice chooser =
        world.mutation == Mutation.NO_RECEIVED_LSN ? new ByName() : new CandidateChoice();
    Controller made =
        switch (world.mutation) {
          case NO_WAIT_OUT ->
              CarelessController.withoutWaiting(identity, world.records, chooser, this);
          case NO_DRAIN ->
              CarelessController.withoutDraining(identity, world.records, chooser, this);
          case NO_CATCH_UP ->
              CarelessController.withoutCatchingUp(identity, world.records, chooser, this);
          case NONE, NO_ACK_GATE, NO_COMPARE_AND_SWAP, NO_RECEIVED_LSN ->
              new Controller(identity, world.records, chooser, this);
        };
    controller = made;
    for (SimPostgres node : world.nodes) {
      new SimProber(this, node, this::observed);
    }
    tickLater();
    return made;
  }

  void restart() {
    kill();
    revive();
    begin();
  }

  boolean isLeader() {
    return controller.isLeader(clock());
  }

  private void tickLater() {
    in(
        world.millis(15, 35),
        () -> {
          controller.tick(clock());
          tickLater();
        });
  }

  private void observed(String node, Evidence evidence, Optional<NodeFacts> facts) {
    controller.observed(node, evidence, facts, clock());
  }

  @Override
  public void read(List<String> selectors) {
    Controller asking = controller;
    store.read(
        this,
        selectors,
        answer ->
            answer.ifPresentOrElse(
                snapshot -> asking.readDone(snapshot, clock()), () -> asking.readFailed(clock())));
  }

  @Override
  public void write(Purpose purpose, GuardedWrite write) {
    Controller asking = controller;
    store.write(this, write, result -> asking.written(purpose, result, clock()));
  }

  @Override
  public void act(Ticket ticket) {
    Controller asking = controller;
    hands.act(ticket, outcome -> asking.acted(ticket, outcome, clock()));
  }

  @Override
  public void report(String sentence) {
    world.log(name + ": " + sentence);
  }

  @Override
  public long wallClockMillis() {
    // A clock that now and then is an hour off: no more may depend on it than when a request
    // begins.
    long off = world.random.nextInt(50) > 0 ? 0 : world.random.nextInt(7_200_000) - 3_600_000;
    return world.now / World.MILLI + off;
  }

  /** Prefers names to WAL. */
  private static final class ByName extends CandidateChoice {
    @Override
    protected Comparator<Recruit> order() {
      return Comparator.comparing(recruit -> recruit.node().name());
    }
  }
}
