package dev.howdah.failover.sim;

import dev.howdah.failover.control.NodeFacts;
import dev.howdah.failover.lease.LeaseKeeper;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.NodeRole;
import dev.howdah.topology.Observation;
import dev.howdah.topology.Topology;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A pooler: the production lease keeper, and clients that commit one thing after another. */
final class SimPooler extends SimProcess implements LeaseKeeper.Effects {

  /** One connection is never another, wherever they lead. */
  private static final class Connection {
    private final SimPostgres server;
    private final long epoch;

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
        NodeRole.of(facts.inRecovery(), facts.readOnly()),
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
    asking.followed(map, clock());
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

  /** The forward gate, a commit on its way, and at last the ack gate. */
  private void commit() {
    Topology way = route;
    if (connection == null && way != null && way.state().permitsWrites()) {
      connection = new Connection(server(way.primary()), way.epoch().value());
    }
    Connection used = connection;
    if (used == null || !keeper.lease().permits(used.epoch, clock())) {
      return;
    }
    long entry = world.invariants.newEntry();
    if (!world.connected(name, used.server.name)) {
      return;
    }
    world.at(world.latency(), () -> arrive(used, entry));
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
    boolean gate =
        world.mutation == Mutation.NO_ACK_GATE || keeper.lease().permits(used.epoch, clock());
    boolean ours = connection == used || world.mutation == Mutation.NO_ACK_GATE;
    if (commit == SimPostgres.Commit.DONE && gate && ours) {
      world.invariants.relayed(name, entry, used.epoch);
    } else if (!gate && connection == used) {
      connection = null;
    }
  }
}
