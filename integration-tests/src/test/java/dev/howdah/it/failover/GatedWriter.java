package dev.howdah.it.failover;

import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.TopologyListener;
import dev.howdah.topology.TopologySource;
import dev.howdah.topology.TopologyState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client behind the two gates: inserts one row after another into the primary, and remembers
 * which were acknowledged, and when. Stands in for a pooler; one virtual thread.
 */
final class GatedWriter implements TopologyListener, AutoCloseable {

  /** An acknowledged row. */
  record Acknowledged(long row, long epoch, long atNanos) {}

  private record Link(Connection connection, long epoch) {}

  private final TopologySource source;
  private final List<Acknowledged> acknowledged = new ArrayList<>();
  private final Thread thread;
  private volatile @Nullable ClusterMap map;
  private volatile @Nullable Link link;
  private final AtomicReference<@Nullable CompletableFuture<Void>> pause = new AtomicReference<>();
  private volatile boolean held;
  private long rows;
  private int unknown;

  GatedWriter(TopologySource source) {
    this.source = source;
    source.follow(this);
    this.thread = Thread.ofVirtual().name("writer").start(this::run);
  }

  @Override
  public CompletionStage<Void> follow(ClusterMap next) {
    map = next;
    Link open = link;
    if (open != null
        && (open.epoch() != next.topology().epoch().value()
            || !next.topology().state().permitsWrites())) {
      link = null;
      abort(open);
    }
    if (next.topology().state() != TopologyState.PAUSING) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> drained = new CompletableFuture<>();
    pause.set(drained);
    return drained;
  }

  private static void abort(Link link) {
    try {
      link.connection().abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        write();
        TimeUnit.MILLISECONDS.sleep(2);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    if (held) {
      return;
    }
    ClusterMap known = map;
    // No statement runs at this point, and after the map is read none begins in a pause.
    CompletableFuture<Void> drained = pause.getAndSet(null);
    if (drained != null) {
      drained.complete(null);
    }
    if (known == null || known.topology().state() != TopologyState.SERVING) {
      return;
    }
    @Nullable Link used = link;
    try {
      used = used == null ? connect() : used;
      if (used == null || !source.lease().permits(used.epoch(), System.nanoTime())) {
        return;
      }
      long row = ++rows;
      try (Statement statement = used.connection().createStatement()) {
        statement.execute("INSERT INTO written VALUES (" + row + ")");
      }
      long now = System.nanoTime();
      if (source.lease().permits(used.epoch(), now)) {
        synchronized (acknowledged) {
          acknowledged.add(new Acknowledged(row, used.epoch(), now));
        }
      }
    } catch (SQLException _) {
      unknown++;
      link = null;
      if (used != null) {
        abort(used);
      }
    }
  }

  private @Nullable Link connect() throws SQLException {
    ClusterMap known = map;
    if (known == null || !known.topology().state().permitsWrites()) {
      return null;
    }
    Endpoint endpoint = known.node(known.topology().primary()).orElseThrow().endpoint();
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://"
                + endpoint
                + "/postgres?user=writer&loginTimeout=1&connectTimeout=1&socketTimeout=30");
    Link made = new Link(connection, known.topology().epoch().value());
    link = made;
    // The map may have changed while this was connecting; then it is of no use any more.
    return known.equals(map) ? made : null;
  }

  /** Keeps a transaction open, or ends it. */
  void hold(boolean on) {
    held = on;
  }

  List<Acknowledged> acknowledged() {
    synchronized (acknowledged) {
      return List.copyOf(acknowledged);
    }
  }

  int unknownOutcomes() {
    return unknown;
  }

  /** Acknowledged under {@code epoch}. */
  long acknowledgedIn(long epoch) {
    return acknowledged().stream().filter(at -> at.epoch() == epoch).count();
  }

  /** The longest time between two acknowledgements. */
  long longestGapMillis() {
    return longestGapMillis(0);
  }

  /** The longest time between two acknowledgements, of all from the one of that number on. */
  long longestGapMillis(int from) {
    List<Acknowledged> known = acknowledged();
    List<Acknowledged> all = known.subList(Math.min(from, known.size()), known.size());
    long longest = 0;
    for (int i = 1; i < all.size(); i++) {
      longest = Math.max(longest, all.get(i).atNanos() - all.get(i - 1).atNanos());
    }
    return TimeUnit.NANOSECONDS.toMillis(longest);
  }

  @Override
  public void close() {
    thread.interrupt();
    Link open = link;
    if (open != null) {
      abort(open);
    }
  }
}
