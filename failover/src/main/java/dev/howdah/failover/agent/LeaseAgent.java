package dev.howdah.failover.agent;

import dev.howdah.failover.lease.LeaseKeeper;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.observe.NodeObservation;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordCache;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.Observation;
import dev.howdah.topology.TopologyListener;
import dev.howdah.topology.TopologySource;
import dev.howdah.topology.WriteLease;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topology as a pooler follows it: out of the coordination store, with a write lease. */
public final class LeaseAgent implements TopologySource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseAgent.class);

  private final StoreCalls calls;
  private final LeaseKeeper keeper;
  private final StepLoop loop;
  private final Map<String, Observation> observations = new TreeMap<>();
  private final CoordinationStore.Watch watch;
  private @Nullable TopologyListener listener;

  /**
   * Does nothing before {@link #follow}.
   *
   * @param observer started by the caller, after this
   */
  public LeaseAgent(ProcessIdentity identity, CoordinationStore store, NodeObserver observer) {
    this.keeper = new LeaseKeeper(identity, new RecordCache(), new Effects());
    this.loop = new StepLoop("lease-" + identity.id(), keeper::tick);
    this.calls = new StoreCalls(store, loop);
    observer.listen(
        (node, evidence, seen) -> loop.tell(now -> observed(node, evidence, seen, now)));
    this.watch = store.watch(Keys.TOPOLOGY, () -> loop.tell(keeper::hint));
  }

  @Override
  public WriteLease lease() {
    return keeper.lease();
  }

  @Override
  public synchronized void follow(TopologyListener follower) {
    if (listener != null) {
      throw new IllegalStateException("the topology is followed already");
    }
    listener = follower;
    loop.start();
  }

  private void observed(String node, Evidence evidence, Optional<NodeObservation> seen, long now) {
    Observation before = observations.get(node);
    observations.put(
        node,
        seen.map(at -> at.as(node, evidence))
            .orElseGet(() ->
                before == null ? Observation.unanswered(node, evidence) : before.with(evidence)));
    TopologyListener follower = listener;
    if (follower != null) {
      keeper.unmovable(follower.unmovable(), now);
    }
    keeper.observe(List.copyOf(observations.values()), now);
  }

  /** Ends it without a word to the others, who wait for this process if they fence soon. */
  @Override
  public void close() {
    watch.close();
    loop.close();
  }

  private final class Effects implements LeaseKeeper.Effects {

    @Override
    public void read(List<String> selectors) {
      calls.read(selectors, keeper::readDone, keeper::readFailed);
    }

    @Override
    public void write(GuardedWrite write) {
      calls.write(write, keeper::written);
    }

    @Override
    public void follow(ClusterMap map) {
      TopologyListener follower = listener;
      if (follower == null) {
        return;
      }
      follower
          .follow(map)
          .whenComplete((_, error) -> {
            if (error == null) {
              loop.tell(now -> keeper.followed(map, now));
            } else {
              LOG.error(
                  "epoch {} is not acknowledged, since connections to the old primary could not"
                      + " be cut",
                  map.topology().epoch(),
                  error);
            }
          });
    }
  }
}
