package dev.howdah.pooler.http;

import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.json.JsonText;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one look at a pooler needs, in one answer: for the status page and {@code howdah
 * top}. However many look, the event loops are asked at most once a second. Runs on threads of
 * requests.
 */
final class Summary {
  private static final int ROWS_MAX = 100;
  private static final int HISTORY_MAX = 20;
  private static final long FRESH_NANOS = 1_000_000_000L;

  private final AdminApi api;
  private final ClientHouse house;
  private final Supplier<ClusterFacts> cluster;
  private final Clock clock;
  private final LongSupplier nanos;
  private final long startedNanos;
  private final String version;
  private final ReentrantLock making = new ReentrantLock();
  private String present = "";
  private long madeNanos;

  Summary(
      AdminApi api,
      ClientHouse house,
      Supplier<ClusterFacts> cluster,
      String version,
      Clock clock,
      LongSupplier nanos) {
    this.api = api;
    this.house = house;
    this.cluster = cluster;
    this.version = version;
    this.clock = clock;
    this.nanos = nanos;
    this.startedNanos = nanos.getAsLong();
  }

  /** As JSON on one line, at most a second old. */
  String json() throws InterruptedException {
    making.lockInterruptibly();
    try {
      if (present.isEmpty() || nanos.getAsLong() - madeNanos > FRESH_NANOS) {
        present = JsonText.of(make());
        madeNanos = nanos.getAsLong();
      }
      return present;
    } finally {
      making.unlock();
    }
  }

  private Map<String, @Nullable Object> make() throws InterruptedException {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("version", version);
    all.put("now", Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString());
    all.put("uptime_s", TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - startedNanos));
    all.put("state", state());
    all.put("clients", house.clients().used());
    all.put("clients_max", house.config().limits().maxClients());
    all.put("pools", api.rows("pools"));
    all.put("stats", api.rows("stats_totals"));
    put(all, "waits");
    put(all, "pins");
    all.put("topology", api.rows("topology"));
    all.put("replicas", api.rows("replicas"));
    ClusterFacts facts = cluster.get();
    all.put("cluster", facts.name().orElse(null));
    all.put("failover_paused", facts.isPaused());
    all.put("controller", facts.controller().orElse(null));
    all.put("history", history(facts));
    return all;
  }

  private String state() throws InterruptedException {
    if (house.isClosing()) {
      return "shutting down";
    }
    for (Map<String, @Nullable Object> row : api.rows("state")) {
      if ("yes".equals(row.get("value"))) {
        return String.valueOf(row.get("key"));
      }
    }
    return "active";
  }

  /** The first rows, and how many there are. */
  private void put(Map<String, @Nullable Object> all, String topic) throws InterruptedException {
    List<Map<String, @Nullable Object>> rows = api.rows(topic);
    all.put(topic, rows.size() > ROWS_MAX ? rows.subList(0, ROWS_MAX) : rows);
    all.put(topic + "_total", rows.size());
  }

  /** The latest changes of the primary, the newest first. */
  private static List<Map<String, Object>> history(ClusterFacts facts) {
    List<Map<String, Object>> latest = new ArrayList<>();
    for (ClusterFacts.Change change : facts.history().reversed()) {
      if (latest.size() == HISTORY_MAX) {
        break;
      }
      latest.add(ClusterPages.described(change));
    }
    return latest;
  }
}
