package dev.howdah.cli.serve;

import dev.howdah.failover.agent.ClusterMeters;
import dev.howdah.failover.operate.ClusterDesk;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.record.UnreadableRecordException;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.pooler.http.ClusterFacts;
import dev.howdah.topology.HistoryEntry;
import dev.howdah.topology.LeaderRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member of a cluster tells over HTTP: as it stood in the store a moment ago, so that nobody
 * waits for the store. One virtual thread keeps it up to date, and the metrics of nodes as well.
 */
final class MemberFacts implements ClusterFacts, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MemberFacts.class);
  private static final long PERIOD_MILLIS = 2000;

  private final String name;
  private final ClusterDesk desk;
  private final ClusterMeters meters;
  private final Thread thread;
  private volatile Optional<ClusterView> view = Optional.empty();

  /** Begins at once. */
  MemberFacts(String name, ClusterDesk desk, ClusterMeters meters) {
    this.name = name;
    this.desk = desk;
    this.meters = meters;
    this.thread = Thread.ofVirtual().name("cluster-facts").start(this::run);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          view = Optional.of(desk.viewWithHistory());
        } catch (StoreUnavailableException | UnreadableRecordException e) {
          LOG.debug("the cluster stays as it was: {}", e.getMessage());
        }
        meters.refresh();
        TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<String> name() {
    return Optional.of(name);
  }

  @Override
  public boolean isPaused() {
    return view.map(at -> at.config().paused()).orElse(false);
  }

  @Override
  public Optional<String> controller() {
    return view.flatMap(ClusterView::leader).map(LeaderRecord::controller);
  }

  @Override
  public List<Change> history() {
    return view.stream().flatMap(at -> at.history().stream()).map(MemberFacts::change).toList();
  }

  private static Change change(HistoryEntry entry) {
    return new Change(
        entry.epoch().value(),
        entry.timeline(),
        entry.forkLsn().bytes(),
        entry.operation().kind().name().toLowerCase(Locale.ROOT)
            + ": "
            + entry.operation().reason(),
        Instant.ofEpochMilli(entry.endedAtMillis()),
        entry.to());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
