package dev.howdah.cli.serve;

import dev.howdah.failover.act.NodeHands;
import dev.howdah.failover.agent.ClusterCounters;
import dev.howdah.failover.agent.ClusterEntry;
import dev.howdah.failover.agent.ClusterMeters;
import dev.howdah.failover.agent.ControllerAgent;
import dev.howdah.failover.agent.LeaseAgent;
import dev.howdah.failover.agent.NodeObserver;
import dev.howdah.failover.agent.WatchedStore;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.operate.ClusterDesk;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.pooler.Pooler;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.TopologySource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a member of its cluster: it watches the nodes, keeps a write lease for the pooler
 * and stands for controller.
 *
 * <p>If etcd does not answer at start the pooler starts all the same, and holds its clients until
 * etcd does.
 */
final class ClusterMember implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long AGAIN_MILLIS = 200;
  private static final long LATER_MILLIS = 2000;

  private final CoordinationStore store;
  private final ClusterEntry entry;
  private final ProcessIdentity identity;
  private final NodeObserver observer;
  private final LeaseAgent lease;
  private final @Nullable ControllerAgent controller; // null if this process shall not lead
  private final ClusterMeters meters;
  private final MemberFacts facts;
  private final Thread latecomer;

  private ClusterMember(ClusterSettings settings, CoordinationStore opened) {
    this.identity = settings.newIdentity();
    ClusterCounters counters = new ClusterCounters(identity);
    this.store = new WatchedStore(opened, counters);
    this.entry =
        new ClusterEntry(
            opened, settings.nodes(), settings.actions(), settings.initial(), identity.id());
    this.observer = new NodeObserver(settings.nodes(), settings.credentials());
    this.lease = new LeaseAgent(store, observer, counters);
    this.controller =
        settings.controller()
            ? new ControllerAgent(
                store, observer, new NodeHands(settings.actions(), store), counters)
            : null;
    this.meters = new ClusterMeters(counters);
    this.facts = new MemberFacts(settings.name(), new ClusterDesk(opened), meters);
    this.latecomer = Thread.ofVirtual().name("cluster-entry").unstarted(this::enterLater);
  }

  /**
   * Joins the cluster, and describes it in the store if nobody has yet.
   *
   * @throws LaunchException if that cannot work before somebody has changed something
   */
  static ClusterMember join(ClusterSettings settings) throws LaunchException {
    ClusterMember member = new ClusterMember(settings, settings.openStore());
    boolean joined = false;
    try {
      if (settings.isInMemory()) {
        LOG.warn(
            "[cluster] has store = memory: the cluster is known to this process alone; for"
                + " demonstrations only");
      }
      member.enter();
      member.observer.start();
      joined = true;
      return member;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchException("interrupted while joining the cluster", e);
    } finally {
      if (!joined) {
        member.close();
      }
    }
  }

  private void enter() throws LaunchException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    ClusterEntry.Outcome outcome = entry.attempt(operationId(0));
    for (int attempt = 1;
        outcome instanceof ClusterEntry.Outcome.Away && System.nanoTime() - deadline < 0;
        attempt++) {
      TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
      outcome = entry.attempt(operationId(attempt));
    }
    switch (outcome) {
      case ClusterEntry.Outcome.Entered entered -> tell(entered);
      case ClusterEntry.Outcome.Refused(String reason) -> throw new LaunchException(reason);
      case ClusterEntry.Outcome.Away(String reason) -> {
        LOG.warn("etcd does not answer, clients are held until it does ({})", reason);
        latecomer.start();
      }
    }
  }

  private String operationId(int attempt) {
    return identity.id() + "/" + identity.bootId() + "/entry-" + attempt;
  }

  private void tell(ClusterEntry.Outcome.Entered entered) {
    entered.warnings().forEach(LOG::warn);
    ClusterMap map = entered.map();
    LOG.info(
        "{} the cluster as {}: {} is primary in epoch {}",
        entered.described() ? "described and joined" : "joined",
        identity.id(),
        map.topology().primary(),
        map.topology().epoch());
  }

  private void enterLater() {
    String complaint = "";
    try {
      for (int attempt = 0; true; attempt++) {
        TimeUnit.MILLISECONDS.sleep(LATER_MILLIS);
        switch (entry.attempt(operationId(attempt) + "-late")) {
          case ClusterEntry.Outcome.Entered entered -> {
            tell(entered);
            return;
          }
          case ClusterEntry.Outcome.Refused(String reason) -> {
            if (!reason.equals(complaint)) {
              complaint = reason;
              LOG.error("clients are held: {}", reason);
            }
          }
          case ClusterEntry.Outcome.Away(String reason) -> LOG.debug("still away: {}", reason);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who is primary, for the pooler. */
  TopologySource topology() {
    return lease;
  }

  /** Has a pooler show over HTTP what is known of the cluster. */
  void tell(Pooler pooler) {
    pooler.tellOfCluster(facts);
    pooler.measure(meters);
  }

  /** Leaves. The pooler must have closed its connections before. */
  @Override
  public void close() {
    latecomer.interrupt();
    facts.close();
    Optional.ofNullable(controller).ifPresent(ControllerAgent::close);
    observer.close();
    lease.close();
    store.close();
  }
}
