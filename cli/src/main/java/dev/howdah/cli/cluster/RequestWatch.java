package dev.howdah.cli.cluster;

import dev.howdah.cli.output.ProgressLine;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.LeaderRecord;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.Topology;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waits until the controllers have answered a request, and tells meanwhile how far it is. */
public final class RequestWatch {

  private static final long LOOK_MILLIS = 50;
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(60);
  private static final long LEADER_NANOS = TimeUnit.SECONDS.toNanos(6);

  private final ClusterLink link;
  private Optional<LeaderRecord> leader = Optional.empty();
  private long leaderSeenAtNanos = System.nanoTime();

  /** Asks by {@code link}. */
  public RequestWatch(ClusterLink link) {
    this.link = link;
  }

  /**
   * Waits.
   *
   * @return the request as it ended; still waiting if no controller leads that could begin it;
   *     empty if another one has taken its place, so its answer is gone
   */
  public Optional<OperatorRequest> await(String id, ProgressLine progress)
      throws StoreUnavailableException, InterruptedException {
    String phase = "";
    while (true) {
      ClusterView view = link.view(STORE_PATIENCE, false);
      Optional<OperatorRequest> request = view.request().filter(at -> at.id().equals(id));
      if (request.isEmpty() || request.get().state().isOver() || isForlorn(view, request.get())) {
        return request;
      }
      String now = phase(view, request.get());
      if (!now.equals(phase)) {
        phase = now;
        progress.phase(now);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** Nobody leads: the leader's heartbeat stands still, so the request may wait for ever. */
  private boolean isForlorn(ClusterView view, OperatorRequest request) {
    if (leader.isEmpty() || !leader.equals(view.leader())) {
      leader = view.leader();
      leaderSeenAtNanos = leader.isEmpty() ? leaderSeenAtNanos : System.nanoTime();
    }
    return request.state() == RequestState.WAITING
        && System.nanoTime() - leaderSeenAtNanos >= LEADER_NANOS;
  }

  private static String phase(ClusterView view, OperatorRequest request) {
    Optional<Topology> carried =
        view.topology().filter(at -> at.operation().id().equals(request.id()));
    if (request.state() == RequestState.WAITING || carried.isEmpty()) {
      return "looking at the nodes, writing checkpoints";
    }
    Topology topology = carried.get();
    return switch (topology.state()) {
      case PAUSING -> "waiting for transactions on " + topology.primary() + " to end";
      case FENCED -> "fencing " + topology.primary() + ", waiting for the last of its WAL";
      case PROMOTING -> "promoting " + topology.operation().candidate().orElse("a standby");
      case SERVING -> "almost done";
    };
  }
}
