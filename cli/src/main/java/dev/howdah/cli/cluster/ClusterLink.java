package dev.howdah.cli.cluster;

import dev.howdah.failover.operate.ClusterDesk;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The way of one command to its cluster. One thread. */
public final class ClusterLink implements AutoCloseable {

  private static final long AGAIN_MILLIS = 50;

  private final CoordinationStore store;
  private final ClusterDesk desk;
  private final String cluster;
  private final String who;

  /**
   * Takes over {@code store}.
   *
   * @param cluster its name
   * @param who is asked, in words for an operator
   */
  public ClusterLink(CoordinationStore store, String cluster, String who) {
    this.store = store;
    this.desk = new ClusterDesk(store);
    this.cluster = cluster;
    this.who = who;
  }

  /** Where it is changed. */
  public ClusterDesk desk() {
    return desk;
  }

  /** The cluster's name. */
  public String cluster() {
    return cluster;
  }

  /** Who is asked, such as {@code etcd http://10.0.0.21:2379}. */
  public String who() {
    return who;
  }

  /** Reads the cluster, asking again until {@code patience} is over. */
  public ClusterView view(Duration patience, boolean history)
      throws StoreUnavailableException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return history ? desk.viewWithHistory() : desk.view();
      } catch (StoreUnavailableException e) {
        if (System.nanoTime() - deadline >= 0) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
      }
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
