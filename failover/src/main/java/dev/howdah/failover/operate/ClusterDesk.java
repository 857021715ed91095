package dev.howdah.failover.operate;

import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.Guard;
import dev.howdah.failover.store.GuardedWrite;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.failover.store.WriteResult;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where operators read a cluster and change it: the command line and the HTTP port alike. Every
 * change is a compare-and-swap against the view it was decided on, so of two operators at once one
 * is refused and told about the other. Blocking; safe for all threads.
 */
public final class ClusterDesk {

  private final CoordinationStore store;

  /** Does not close {@code store}. */
  public ClusterDesk(CoordinationStore store) {
    this.store = store;
  }

  /** The cluster as it is now, without its history. */
  public ClusterView view() throws StoreUnavailableException, InterruptedException {
    return ClusterView.of(store.read(ClusterView.SELECTORS));
  }

  /** The cluster as it is now, with its history. */
  public ClusterView viewWithHistory() throws StoreUnavailableException, InterruptedException {
    List<String> selectors = new ArrayList<>(ClusterView.SELECTORS);
    selectors.add(Keys.HISTORY);
    return ClusterView.of(store.read(selectors));
  }

  /** Asks the controllers for {@code request}, unless another one is open. */
  public OperatorAnswer submit(OperatorRequest request)
      throws StoreUnavailableException, InterruptedException {
    ClusterView view = view();
    if (view.topology().isEmpty()) {
      return new OperatorAnswer.Refused("the cluster is not described yet; howdah init does that");
    }
    Optional<OperatorRequest> open = view.request().filter(other -> !other.state().isOver());
    if (open.isPresent()) {
      return new OperatorAnswer.Refused(inTheWay(open.get()));
    }
    WriteResult result =
        store.write(
            GuardedWrite.put(Keys.REQUEST, view.requestRevision(), RecordJson.write(request)));
    return switch (result) {
      case WriteResult.Applied _ -> new OperatorAnswer.Written();
      case WriteResult.Refused _ ->
          new OperatorAnswer.Refused(
              view().request().map(ClusterDesk::inTheWay).orElse("somebody was faster; try again"));
      case WriteResult.Unknown(String reason) ->
          view().request().filter(now -> now.id().equals(request.id())).isPresent()
              ? new OperatorAnswer.Written()
              : new OperatorAnswer.Unsure(reason);
    };
  }

  private static String inTheWay(OperatorRequest other) {
    return "%s has asked for a %s, which is %s; wait for it, or take it back with howdah cancel"
        .formatted(
            other.by(),
            other.sentence(),
            other.state() == RequestState.RUNNING ? "under way" : "still to begin");
  }

  /**
   * Takes back the request that is open. Possible until the old primary is fenced.
   *
   * @param by who does that
   * @param id of the request; empty for whichever is open
   */
  public OperatorAnswer cancel(String by, Optional<String> id)
      throws StoreUnavailableException, InterruptedException {
    ClusterView view = view();
    Optional<OperatorRequest> open =
        view.request()
            .filter(asked -> !asked.state().isOver())
            .filter(asked -> id.isEmpty() || id.get().equals(asked.id()));
    if (open.isEmpty()) {
      return new OperatorAnswer.Refused("nothing is asked for that could be taken back");
    }
    TopologyState state = view.topology().map(Topology::state).orElse(TopologyState.SERVING);
    if (!state.permitsWrites()) {
      return new OperatorAnswer.Refused(
          "the "
              + open.get().sentence()
              + " has fenced the old primary already; it ends by itself, one way or the other");
    }
    OperatorRequest cancelled = open.get().now(RequestState.CANCELLED, "taken back by " + by);
    return answer(
        store.write(
            new GuardedWrite(
                List.of(
                    new Guard(Keys.REQUEST, view.requestRevision()),
                    new Guard(Keys.TOPOLOGY, view.topologyRevision())),
                List.of(
                    new GuardedWrite.Change(
                        Keys.REQUEST, Optional.of(RecordJson.write(cancelled)))))),
        "it has just gone on; look at howdah status and try again");
  }

  /** Replaces the configuration that {@code seen} shows. */
  public OperatorAnswer configure(ClusterView seen, DynamicConfig config)
      throws InterruptedException {
    return answer(
        store.write(GuardedWrite.put(Keys.CONFIG, seen.configRevision(), RecordJson.write(config))),
        "somebody has changed the configuration meanwhile; look at it again");
  }

  /** Adds or replaces a node of the cluster that {@code seen} shows. */
  public OperatorAnswer putNode(ClusterView seen, NodeSpec node) throws InterruptedException {
    long revision = seen.nodeRevisions().getOrDefault(node.name(), 0L);
    return answer(
        store.write(GuardedWrite.put(Keys.node(node.name()), revision, RecordJson.write(node))),
        "somebody has changed " + node.name() + " meanwhile; look at it again");
  }

  /**
   * Removes a node of the cluster that {@code seen} shows; never one that is or becomes primary.
   */
  public OperatorAnswer removeNode(ClusterView seen, String name) throws InterruptedException {
    Long revision = seen.nodeRevisions().get(name);
    if (revision == null) {
      return new OperatorAnswer.Refused("there is no node " + name);
    }
    Optional<Topology> topology = seen.topology();
    if (topology.filter(at -> at.primary().equals(name)).isPresent()) {
      return new OperatorAnswer.Refused(
          name + " is the primary; howdah switchover moves it to another node first");
    }
    if (topology.filter(at -> at.state() != TopologyState.SERVING).isPresent()) {
      return new OperatorAnswer.Refused("the primary is being moved; wait until that is over");
    }
    return answer(
        store.write(
            new GuardedWrite(
                List.of(
                    new Guard(Keys.node(name), revision),
                    new Guard(Keys.TOPOLOGY, seen.topologyRevision())),
                List.of(new GuardedWrite.Change(Keys.node(name), Optional.empty())))),
        "the cluster has changed meanwhile; look at it again");
  }

  private static OperatorAnswer answer(WriteResult result, String refusal) {
    return switch (result) {
      case WriteResult.Applied _ -> new OperatorAnswer.Written();
      case WriteResult.Refused _ -> new OperatorAnswer.Refused(refusal);
      case WriteResult.Unknown(String reason) -> new OperatorAnswer.Unsure(reason);
    };
  }
}
