package dev.howdah.failover.sim;

import dev.howdah.failover.control.NodeFacts;
import dev.howdah.failover.lease.LeaseKeeper;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Observation;
import dev.howdah.topology.ReportedRole;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A pooler: the production lease keeper, and clients that commit one thing after another. */
final class SimPooler extends SimProcess implements LeaseKeeper.Effects {

  /** One connection is never another, wherever they lead. */
  private static final class Connection {
    private final SimPostgres server;
    private final long epoch;
    private final Set<Long> running = new HashSet<>();

    Connection(SimPostgres server, long epoch) {
      this.server = server;
      this.epoch = epoch;
    }
  }

  private final SimStore store;
  private final Map<String, Observation> observations = new TreeMap<>();
  private LeaseKeeper keeper;
  private @Nullable Connection connection;
  private @Nullable Topology route;
  private @Nullable Runnable drained;
  private int starts;
  private final Deque<Runnable> follows = new ArrayDeque<>();

  SimPooler(World world, SimStore store, String name) {
    super(world, name);
    this.store = store;
    this.keeper = begin();
    store.watch(_ -> {
      if (world.random.nextInt(5) > 0) {
        in(world.latency(), () -> keeper.hint(clock()));
      }
    });
  }

  private LeaseKeeper begin() {
    connection = null;
    route = null;
    drained = null;
    follows.clear();
    observations.clear();
    LeaseKeeper made =
        new LeaseKeeper(new ProcessIdentity(name, "boot" + ++starts, ""), world.records, this);
    keeper = made;
    for (SimPostgres node : world.nodes) {
      new SimProber(this, node, this::observed);
    }
    tickLater();
    commitLater();
    return made;
  }

  void restart() {
    kill();
    revive();
    begin();
  }

  String describe() {
    Connection open = connection;
    return "%s: %s at %d, connected to %s"
        .formatted(name, keeper.lease(), clock(), open == null ? "nothing" : open.server.name);
  }

  private void tickLater() {
    in(
        world.millis(15, 35),
        () -> {
          keeper.tick(clock());
          tickLater();
        });
  }

  private void observed(String node, Evidence evidence, Optional<NodeFacts> facts) {
    Observation before = observations.get(node);
    observations.put(
        node,
        facts
            .map(at -> observation(node, evidence, at))
            .orElseGet(() ->
                before == null ? Observation.unanswered(node, evidence) : before.with(evidence)));
    keeper.observe(List.copyOf(observations.values()), clock());
  }

  private static Observation observation(String node, Evidence evidence, NodeFacts facts) {
    return new Observation(
        node,
        evidence,
        ReportedRole.of(facts.inRecovery(), facts.readOnly()),
        facts.position(),
        facts.replayed(),
        facts.timeline(),
        facts.upstream().isPresent());
  }

  @Override
  public void read(List<String> selectors) {
    LeaseKeeper asking = keeper;
    store.read(
        this,
        selectors,
        answer ->
            answer.ifPresentOrElse(
                snapshot -> asking.readDone(snapshot, clock()), () -> asking.readFailed(clock())));
  }

  @Override
  public void write(GuardedWrite write) {
    LeaseKeeper asking = keeper;
    store.write(this, write, result -> asking.written(result, clock()));
  }

  @Override
  public void follow(ClusterMap map) {
    LeaseKeeper asking = keeper;
    follows.add(() -> goOver(asking, map));
    // Closing takes its time; what arrives meanwhile meets the gates. One map after the other.
    in(world.millis(0, 4), () -> follows.remove().run());
  }

  private void goOver(LeaseKeeper asking, ClusterMap map) {
    Topology topology = map.topology();
    long epoch = topology.epoch().value();
    Connection open = connection;
    if (open != null && (open.epoch != epoch || !topology.state().permitsWrites())) {
      connection = null;
    }
    route = topology;
    drained = () -> asking.followed(map, clock());
    checkDrained();
  }

  /** In a pause what runs may end first. */
  private void checkDrained() {
    Topology way = route;
    Runnable then = drained;
    Connection open = connection;
    boolean runs = open != null && !open.running.isEmpty();
    if (then != null && (way == null || way.state() != TopologyState.PAUSING || !runs)) {
      drained = null;
      then.run();
    }
  }

  /** Whether a client would notice if connections of that epoch were cut now. */
  boolean isMidTransaction(long epoch) {
    Connection open = connection;
    return isRunning()
        && open != null
        && open.epoch == epoch
        && !open.running.isEmpty()
        && keeper.lease().permits(epoch, clock());
  }

  private SimPostgres server(String node) {
    return world.nodes.stream().filter(at -> at.name.equals(node)).findFirst().orElseThrow();
  }

  private void commitLater() {
    in(
        world.millis(5, 25),
        () -> {
          commit();
          commitLater();
        });
  }

  /** The forward gate, a transaction that takes its time, a commit on its way, the ack gate. */
  private void commit() {
    Topology way = route;
    if (way == null || way.state() != TopologyState.SERVING) {
      return;
    }
    if (connection == null) {
      connection = new Connection(server(way.primary()), way.epoch().value());
    }
    Connection used = connection;
    if (!keeper.lease().permits(used.epoch, clock())) {
      return;
    }
    long entry = world.invariants.newEntry();
    used.running.add(entry);
    in(1500 * World.MILLI, () -> abandon(used, entry));
    if (world.random.nextInt(8) == 0) {
      in(world.millis(10, 400), () -> send(used, entry));
    } else {
      send(used, entry);
    }
  }

  private void send(Connection used, long entry) {
    if (connection == used
        && keeper.lease().permits(used.epoch, clock())
        && world.connected(name, used.server.name)) {
      world.at(world.latency(), () -> arrive(used, entry));
    }
  }

  /** No answer came in time: the connection is given up with all that runs on it. */
  private void abandon(Connection used, long entry) {
    if (used.running.contains(entry) && connection == used) {
      connection = null;
      checkDrained();
    }
  }

  private void arrive(Connection used, long entry) {
    SimPostgres server = used.server;
    if (server.isPaused()) {
      server.in(0, () -> arrive(used, entry));
    } else if (server.serves() || world.now < server.orphansUntil) {
      server.commit(entry, commit -> reply(used, entry, commit));
    }
  }

  private void reply(Connection used, long entry, SimPostgres.Commit commit) {
    if (world.connected(used.server.name, name)) {
      in(world.latency(), () -> receive(used, entry, commit));
    }
  }

  private void receive(Connection used, long entry, SimPostgres.Commit commit) {
    used.running.remove(entry);
    boolean gate =
        world.mutation == Mutation.NO_ACK_GATE || keeper.lease().permits(used.epoch, clock());
    boolean ours = connection == used || world.mutation == Mutation.NO_ACK_GATE;
    if (commit == SimPostgres.Commit.DONE && gate && ours) {
      world.invariants.relayed(name, entry, used.epoch);
    } else if (!gate && connection == used) {
      connection = null;
    }
    checkDrained();
  }
}
