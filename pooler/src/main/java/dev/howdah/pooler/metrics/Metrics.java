package dev.howdah.pooler.metrics;

import dev.howdah.pooler.client.CancelCounters;
import dev.howdah.pooler.client.ClientCounters;
import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.client.ReadCounters;
import dev.howdah.pooler.pool.LaneSurvey;
import dev.howdah.pooler.pool.PoolKey;
import dev.howdah.pooler.routing.NodeState;
import dev.howdah.pooler.routing.NodeTopology;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;

/**
 * Everything the pooler tells Prometheus. The pooler counts in plain fields on its event loops;
 * they are read, once per scrape, by asking each loop. Safe for all threads but event loops.
 */
public final class Metrics implements AutoCloseable {
  /** What {@link #scrape} is written in. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String LAG_BYTES = "What a replica has not replayed of the primary's WAL.";
  private static final String LAG_SECONDS = "How old what a replica has not replayed is.";
  private static final String SERVING = "Whether reads go to a replica: 1 or 0.";

  private final ClientHouse house;
  private final LaneSurvey survey;
  private final String version;
  private final PrometheusMeterRegistry registry;
  private final JvmGcMetrics gc = new JvmGcMetrics();

  /** The metrics of a pooler and of the Java runtime it lives in. */
  public Metrics(ClientHouse house, LaneSurvey survey, String version) {
    this.house = house;
    this.survey = survey;
    this.version = version;
    var prometheus = new PrometheusRegistry();
    this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    gc.bindTo(registry);
    MultiCollector ours = this::collect;
    prometheus.register(ours);
  }

  /** Adds what somebody else measures. */
  public void add(MeterBinder binder) {
    binder.bindTo(registry);
  }

  /**
   * Reads everything now. Waits for the event loops.
   *
   * @throws CompletionException if one of them does not answer within 5 s
   */
  public String scrape() {
    return registry.scrape();
  }

  private MetricSnapshots collect() {
    var all = MetricSnapshots.builder();
    Map<PoolKey, PoolReading> readings =
        new TreeMap<>(Comparator.comparing(PoolKey::database).thenComparing(PoolKey::user));
    survey
        .ask(PoolReading::of)
        .join()
        .forEach(reading -> readings.merge(reading.key(), reading, PoolReading::plus));
    PoolMetrics.of(readings.values()).forEach(all::metricSnapshot);
    all.metricSnapshot(
        gauge(
            "howdah_client_connections",
            "Client connections, those logging in and of the console included.",
            house.clients().used()));
    all.metricSnapshot(
        gauge(
            "howdah_client_connections_max",
            "How many client connections there may be (max_client_conn).",
            house.config().limits().maxClients()));
    addPins(all, readings.values());
    addLogins(all);
    addCancelRequests(all);
    addReads(all);
    addHandshakes(all);
    all.metricSnapshot(
        InfoSnapshot.builder()
            .name("howdah_build")
            .help("Which pooler this is.")
            .dataPoint(
                InfoDataPointSnapshot.builder().labels(Labels.of("version", version)).build())
            .build());
    return all.build();
  }

  private void addPins(MetricSnapshots.Builder all, Collection<PoolReading> readings) {
    var counter =
        CounterSnapshot.builder()
            .name("howdah_pins_taken")
            .help("How often clients came to keep their server connection between transactions.");
    house
        .pinCounters()
        .taken()
        .forEach((reason, count) ->
            counter.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(Labels.of("reason", reason.word()))
                    .value(count.doubleValue())
                    .build()));
    all.metricSnapshot(counter.build());
    all.metricSnapshot(
        gauge(
            "howdah_pinned_clients",
            "Clients that keep their server connection between transactions.",
            readings.stream().mapToInt(PoolReading::pinned).sum()));
  }

  private void addLogins(MetricSnapshots.Builder all) {
    ClientCounters counters = house.counters();
    all.metricSnapshot(
        counter(
            "howdah_logins_accepted",
            "Clients that were told they are logged in.",
            counters.accepted()));
    all.metricSnapshot(
        bySqlState(
            "howdah_logins_refused", "Logins that ended with an error.", counters.refused()));
    all.metricSnapshot(
        bySqlState(
            "howdah_client_errors",
            "Errors that the pooler itself gave to clients.",
            counters.errors()));
  }

  private void addCancelRequests(MetricSnapshots.Builder all) {
    CancelCounters counters = house.cancelDesk().counters();
    all.metricSnapshot(
        counter(
            "howdah_cancel_requests_received",
            "Cancel requests that came in, from clients or from peers.",
            counters.received()));
    all.metricSnapshot(
        counter(
            "howdah_cancel_requests_forwarded",
            "Cancel requests that a peer has taken and is done with.",
            counters.forwarded()));
    all.metricSnapshot(
        byLabel(
            "howdah_cancel_requests_dropped",
            "Cancel requests that came to nothing.",
            "reason",
            counters.dropped()));
  }

  private void addReads(MetricSnapshots.Builder all) {
    NodeTopology topology = house.pools().topology();
    if (topology == null) {
      return;
    }
    ReadCounters counters = house.reads();
    Map<String, Long> outcomes = new TreeMap<>();
    outcomes.put("routed", counters.routed());
    outcomes.put("vetoed", counters.vetoed());
    outcomes.put("waited", counters.waited());
    outcomes.put("fell_back", counters.fellBack());
    outcomes.put("retried", counters.retried());
    all.metricSnapshot(
        byLabel(
            "howdah_replica_reads",
            "What became of transactions that might run on a replica.",
            "event",
            outcomes));
    var lag = GaugeSnapshot.builder().name("howdah_replica_lag_bytes").help(LAG_BYTES);
    var seconds = GaugeSnapshot.builder().name("howdah_replica_lag_seconds").help(LAG_SECONDS);
    var serving = GaugeSnapshot.builder().name("howdah_replica_serving").help(SERVING);
    for (NodeState state : topology.now().nodes()) {
      if (state.role() != NodeState.Role.PRIMARY) {
        Labels labels = Labels.of("node", state.node().name());
        lag.dataPoint(new GaugeDataPointSnapshot(state.lagBytes(), labels, null));
        seconds.dataPoint(new GaugeDataPointSnapshot(state.lagNanos() / 1e9, labels, null));
        serving.dataPoint(new GaugeDataPointSnapshot(state.serves() ? 1 : 0, labels, null));
      }
    }
    all.metricSnapshot(lag.build());
    all.metricSnapshot(seconds.build());
    all.metricSnapshot(serving.build());
  }

  private void addHandshakes(MetricSnapshots.Builder all) {
    var done =
        CounterSnapshot.builder()
            .name("howdah_tls_handshakes")
            .help("TLS handshakes that succeeded.");
    var failed =
        CounterSnapshot.builder()
            .name("howdah_tls_handshakes_failed")
            .help("TLS handshakes that failed, or that the other side broke off.");
    var sides =
        Map.of(
            "client", house.handshakes().withClients(), "server", house.handshakes().withServers());
    sides.forEach((side, handshakes) -> {
      handshakes
          .done()
          .forEach((agreed, count) ->
              done.dataPoint(
                  CounterDataPointSnapshot.builder()
                      .labels(
                          Labels.of(
                              "side", side, "version", agreed.version(), "cipher", agreed.cipher()))
                      .value(count.doubleValue())
                      .build()));
      failed.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(Labels.of("side", side))
              .value((double) handshakes.failed())
              .build());
    });
    all.metricSnapshot(done.build());
    all.metricSnapshot(failed.build());
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static CounterSnapshot counter(String name, String help, long count) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value((double) count).build())
        .build();
  }

  private static CounterSnapshot bySqlState(String name, String help, Map<String, Long> counts) {
    return byLabel(name, help, "sqlstate", counts);
  }

  private static CounterSnapshot byLabel(
      String name, String help, String label, Map<String, Long> counts) {
    var counter = CounterSnapshot.builder().name(name).help(help);
    counts.forEach((value, count) ->
        counter.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .value(count.doubleValue())
                .build()));
    return counter.build();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
