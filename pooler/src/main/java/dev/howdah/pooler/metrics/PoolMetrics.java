package dev.howdah.pooler.metrics;

import dev.howdah.pooler.client.ClientState;
import dev.howdah.pooler.metrics.PoolReading.ServerUse;
import dev.howdah.pooler.pool.DurationHistogram;
import dev.howdah.pooler.pool.PoolCounters;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The metrics of pools, from one reading of each. */
final class PoolMetrics {
  private static final String PREFIX = "howdah_pool_";
  private static final double NANOS_PER_SECOND = 1e9;

  private final Collection<PoolReading> readings;
  private final List<MetricSnapshot> snapshots = new ArrayList<>();

  private PoolMetrics(Collection<PoolReading> readings) {
    this.readings = readings;
  }

  /** All of them, from one reading per pool. */
  static List<MetricSnapshot> of(Collection<PoolReading> readings) {
    var metrics = new PoolMetrics(readings);
    metrics.present();
    metrics.totals();
    metrics.times();
    return metrics.snapshots;
  }

  private void present() {
    clients();
    servers();
    gauge("waiting_clients", "Clients in the queue for a server connection.", PoolReading::waiting);
    gauge(
        "longest_wait_seconds",
        "How long the first client in the queue has waited.",
        reading -> reading.longestWaitNanos() / NANOS_PER_SECOND);
    gauge("size", "Server connections the pool may have.", PoolReading::size);
  }

  private void clients() {
    var clients =
        GaugeSnapshot.builder()
            .name(PREFIX + "clients")
            .help("Client connections by what they do.");
    for (PoolReading reading : readings) {
      for (ClientState state : ClientState.values()) {
        if (state != ClientState.CLOSED) {
          clients.dataPoint(point(reading, "state", state, reading.clients(state)));
        }
      }
    }
    snapshots.add(clients.build());
  }

  private void servers() {
    var servers =
        GaugeSnapshot.builder()
            .name(PREFIX + "servers")
            .help("Server connections by what they are used for.");
    for (PoolReading reading : readings) {
      for (ServerUse use : ServerUse.values()) {
        servers.dataPoint(point(reading, "state", use, reading.servers(use)));
      }
    }
    snapshots.add(servers.build());
  }

  private static GaugeDataPointSnapshot point(
      PoolReading reading, String label, Enum<?> word, int value) {
    return GaugeDataPointSnapshot.builder()
        .labels(labels(reading).add(label, word.name().toLowerCase(Locale.ROOT)))
        .value(value)
        .build();
  }

  private void totals() {
    counter("checkouts", "Server connections handed to clients.", PoolCounters::checkouts);
    counter("transactions", "Transactions that ended.", PoolCounters::transactions);
    counter("queries", "Queries that ended.", PoolCounters::queries);
    counter(
        "query_seconds",
        "Time in which servers worked on queries.",
        counters -> counters.queryNanos() / NANOS_PER_SECOND);
    counter("received_bytes", "Bytes from clients.", PoolCounters::receivedBytes);
    counter("sent_bytes", "Bytes to clients.", PoolCounters::sentBytes);
    counter("servers_opened", "Server connections opened.", PoolCounters::serversOpened);
    counter("servers_closed", "Server connections that ended.", PoolCounters::serversClosed);
    counter("server_failures", "Server connections not opened.", PoolCounters::serversFailed);
  }

  private void times() {
    histogram(
        "wait_seconds",
        "How long clients waited that could not be served at once.",
        PoolCounters::waitTimes,
        PoolCounters::waitedNanos);
    histogram(
        "transaction_seconds",
        "How long transactions took, idle time included.",
        PoolCounters::transactionTimes,
        PoolCounters::transactionNanos);
  }

  private void gauge(String name, String help, ToDoubleFunction<PoolReading> value) {
    var gauge = GaugeSnapshot.builder().name(PREFIX + name).help(help);
    for (PoolReading reading : readings) {
      gauge.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(labels(reading))
              .value(value.applyAsDouble(reading))
              .build());
    }
    snapshots.add(gauge.build());
  }

  private void counter(String name, String help, ToDoubleFunction<PoolCounters> value) {
    var counter = CounterSnapshot.builder().name(PREFIX + name).help(help);
    for (PoolReading reading : readings) {
      counter.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(labels(reading))
              .value(value.applyAsDouble(reading.counters()))
              .build());
    }
    snapshots.add(counter.build());
  }

  private void histogram(
      String name,
      String help,
      Function<PoolCounters, DurationHistogram> times,
      ToDoubleFunction<PoolCounters> nanos) {
    var histogram = HistogramSnapshot.builder().name(PREFIX + name).help(help);
    for (PoolReading reading : readings) {
      PoolCounters counters = reading.counters();
      var point = HistogramDataPointSnapshot.builder();
      point.labels(labels(reading));
      point.sum(nanos.applyAsDouble(counters) / NANOS_PER_SECOND);
      point.classicHistogramBuckets(
          ClassicHistogramBuckets.of(
              DurationHistogram.upperSeconds(), times.apply(counters).counts()));
      histogram.dataPoint(point.build());
    }
    snapshots.add(histogram.build());
  }

  private static Labels labels(PoolReading reading) {
    return Labels.of("database", reading.key().database(), "user", reading.key().shownUser());
  }
}
