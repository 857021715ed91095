package dev.howdah.pooler.routing;

import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.RoutingConfig;
import dev.howdah.pooler.server.ServerCredentials;
import dev.howdah.pooler.server.ServerOpener;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.Topology;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out by asking which node is what. Everything happens on one event loop; what others see is
 * one immutable view.
 *
 * <p><b>Who is the primary?</b> The node that is not in recovery; of several, the one on the newest
 * timeline, and the present one rather than another. A primary that does not answer stays the
 * primary until another one shows up: what may write waits for it, as it would without us. One that
 * comes back on an older timeline was replaced meanwhile, and is never used again.
 *
 * <p>Where controllers decide that, {@link #lead} says who it is, and nothing that a node says of
 * itself changes it.
 */
public final class ProbingTopology implements NodeTopology, NodeProbe.Observer {
  private static final Logger LOG = LoggerFactory.getLogger(ProbingTopology.class);
  private static final long PACE_NANOS = 500_000; // between questions while somebody waits
  private static final long TICK_MILLIS_MAX = 100;

  private final Supplier<RoutingConfig> config;
  private final EventLoop loop;
  private final List<NodeJudge> judges = new ArrayList<>();
  private final List<NodeProbe> probes = new ArrayList<>();
  private final PositionLog log = new PositionLog();
  private final LagHistory history = new LagHistory();
  private final List<Waiting> waiting = new ArrayList<>();
  private Runnable onPrimary = () -> {};
  private final boolean led; // somebody else decides who the primary is
  private long epoch;
  private long servedEpoch; // the last one in which there was a primary
  private int primary = -1;
  private @Nullable NodeFacts cluster; // what the primary last said
  private boolean paced; // a look at who waits is scheduled
  private @Nullable Future<?> ticking;
  private volatile TopologyView view;

  /** Somebody who waits for a replica. */
  private static final class Waiting {
    private final long sample;
    private final EventLoop loop;
    private final Runnable outcome;
    private @Nullable Future<?> alarm;

    Waiting(long sample, EventLoop loop, Runnable outcome) {
      this.sample = sample;
      this.loop = loop;
      this.outcome = outcome;
    }

    void end() {
      if (alarm != null) {
        alarm.cancel(false);
      }
      loop.execute(outcome);
    }
  }

  /**
   * Nobody has been asked yet.
   *
   * @param config the one in force; nodes and probing never change
   * @param led whether {@link #lead} says who the primary is
   */
  public ProbingTopology(
      Supplier<RoutingConfig> config,
      ServerCredentials credentials,
      ServerOpener opener,
      EventLoop loop,
      boolean led) {
    this.config = config;
    this.loop = loop;
    this.led = led;
    RoutingConfig now = config.get();
    List<NodeState> states = new ArrayList<>();
    for (NodeConfig node : now.nodes()) {
      judges.add(new NodeJudge(node));
      probes.add(
          new NodeProbe(probes.size(), node, now.probing(), credentials, opener, loop, this));
      states.add(NodeState.unheard(node));
    }
    this.view = new TopologyView(states, -1, 0);
  }

  @Override
  public void start(Runnable whenPrimaryChanged) {
    RoutingConfig.Probing probing = config.get().probing();
    long tick =
        Math.clamp(
            Math.min(probing.interval().toMillis(), probing.timeout().toMillis() / 4),
            5,
            TICK_MILLIS_MAX);
    loop.execute(() -> {
      onPrimary = whenPrimaryChanged;
      tick();
      ticking = loop.scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.MILLISECONDS);
    });
  }

  private void tick() {
    long now = System.nanoTime();
    for (NodeProbe probe : probes) {
      probe.onTick(now);
    }
  }

  @Override
  public TopologyView now() {
    return view;
  }

  // ---- answers ----

  @Override
  public long onAsk(int index) {
    return index == primary ? log.start() : 0;
  }

  @Override
  public void onFacts(int index, NodeFacts facts, long sample, long sentAtNanos) {
    judges.get(index).onFacts(facts, System.nanoTime());
    if (!facts.inRecovery()) {
      consider(index, facts);
      if (index == primary && isOfCluster(facts)) {
        cluster = facts;
        history.add(sentAtNanos, facts.position());
        if (sample > 0) {
          log.complete(sample, sentAtNanos, facts.position());
        }
      }
    }
    publish();
  }

  @Override
  public void onSilence(int index, String why) {
    judges.get(index).onSilence(why);
    publish();
  }

  /** A node says that it takes writes: it may be the primary. */
  private void consider(int index, NodeFacts facts) {
    NodeFacts known = cluster;
    if (led || index == primary) {
      return;
    }
    if (known != null) {
      if (!facts.systemIdentifier().equals(known.systemIdentifier())
          || facts.timeline() < known.timeline()) {
        return;
      }
      NodeFacts present = judges.get(primary).facts();
      boolean presentWrites = present != null && !present.inRecovery();
      if (presentWrites && facts.timeline() == known.timeline()) {
        return; // two of them, and nothing to tell them apart by
      }
    }
    primary = index;
    cluster = facts;
    log.forget();
    history.clear();
    NodeConfig node = config.get().nodes().get(index);
    LOG.info(
        "primary is {} ({}), timeline {}, system identifier {}",
        node.name(),
        node.endpoint(),
        facts.timeline(),
        facts.systemIdentifier());
  }

  /** A node that is told to be the primary may not be it yet, or be another one at its address. */
  private boolean isOfCluster(NodeFacts facts) {
    return cluster == null
        || (facts.systemIdentifier().equals(cluster.systemIdentifier())
            && facts.timeline() >= cluster.timeline());
  }

  /**
   * Goes by what the controllers have decided. While nobody may write, there is no primary.
   *
   * @return completes when {@link #now} shows it
   */
  public CompletionStage<Void> lead(ClusterMap map) {
    var done = new CompletableFuture<Void>();
    loop.execute(() -> {
      Topology topology = map.topology();
      int named = topology.state().permitsWrites() ? view.find(topology.primary()) : -1;
      epoch = topology.epoch().value();
      primary = named;
      if (named >= 0 && epoch != servedEpoch) {
        servedEpoch = epoch;
        cluster =
            new NodeFacts(
                false, Lsn.ZERO, Lsn.ZERO, topology.systemIdentifier(), topology.timeline(), 0, 0);
        log.forget();
        history.clear();
      }
      publish();
      done.complete(null);
    });
    return done;
  }

  private void publish() {
    TopologyView before = view;
    RoutingConfig.Limits limits = config.get().limits();
    long now = System.nanoTime();
    List<NodeState> states = new ArrayList<>(judges.size());
    for (int i = 0; i < judges.size(); i++) {
      NodeState state = judges.get(i).state(i == primary, cluster, history, limits, now);
      tell(before.nodes().get(i), state);
      states.add(state);
    }
    view = new TopologyView(states, primary, epoch);
    if (before.primary() != primary) {
      onPrimary.run();
    }
    lookAfterWaiting();
  }

  private static void tell(NodeState before, NodeState now) {
    String name = now.node().name();
    if (now.serves() && !before.serves()) {
      LOG.info("replica {} serves reads", name);
    } else if (!now.serves() && before.serves()) {
      LOG.warn("replica {} serves no reads: it {}", name, now.exclusion());
    } else if (before.role() != now.role() && now.role() != NodeState.Role.PRIMARY) {
      LOG.info("node {} {}", name, now.exclusion());
    }
  }

  // ---- positions ----

  @Override
  public long nextSample() {
    return log.next();
  }

  @Override
  public @Nullable Lsn positionAt(long sample) {
    return log.at(sample);
  }

  @Override
  public void await(long sample, long nanos, EventLoop theirs, Runnable outcome) {
    loop.execute(() -> {
      var wait = new Waiting(sample, theirs, outcome);
      wait.alarm =
          loop.schedule(
              () -> {
                if (waiting.remove(wait)) {
                  wait.end();
                }
              },
              nanos,
              TimeUnit.NANOSECONDS);
      waiting.add(wait);
      lookAfterWaiting();
    });
  }

  /** Lets go who need not wait any more, and asks what the others wait for. */
  private void lookAfterWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    TopologyView now = view;
    boolean replicas = now.hasReplica();
    long sampleWanted = 0;
    boolean positionsWanted = false;
    for (int i = waiting.size() - 1; i >= 0; i--) {
      Waiting wait = waiting.get(i);
      Lsn position = log.at(wait.sample);
      if (!replicas || (position != null && anyHas(now, position))) {
        waiting.remove(i);
        wait.end();
      } else if (position == null) {
        sampleWanted = Math.max(sampleWanted, wait.sample);
      } else {
        positionsWanted = true;
      }
    }
    if (primary >= 0 && sampleWanted > 0) {
      if (sampleWanted >= log.next()) {
        probes.get(primary).askOnceMore(); // a question that is under way is too old
      } else {
        probes.get(primary).askPosition();
      }
    }
    if (positionsWanted) {
      askReplicasSoon(now);
    }
  }

  private static boolean anyHas(TopologyView view, Lsn position) {
    for (NodeState state : view.nodes()) {
      if (state.serves() && state.position().compareTo(position) >= 0) {
        return true;
      }
    }
    return false;
  }

  private void askReplicasSoon(TopologyView now) {
    if (paced) {
      return;
    }
    for (int i = 0; i < now.nodes().size(); i++) {
      if (now.nodes().get(i).serves()) {
        probes.get(i).askPosition();
      }
    }
    paced = true;
    loop.schedule(
        () -> {
          paced = false;
          lookAfterWaiting();
        },
        PACE_NANOS,
        TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    if (loop.isShuttingDown()) {
      return;
    }
    loop.submit(
            () -> {
              Future<?> ticks = ticking;
              if (ticks != null) {
                ticks.cancel(false);
              }
              for (NodeProbe probe : probes) {
                probe.close();
              }
            })
        .awaitUninterruptibly();
  }
}
