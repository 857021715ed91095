package dev.howdah.failover.agent;

import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Topology;
import dev.howdah.topology.WriteLease;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The metrics of a member of a cluster; docs/metrics.md tells what they mean. */
public final class ClusterMeters implements MeterBinder {

  private final ClusterCounters counters;
  private @Nullable MultiGauge evidence;
  private @Nullable MultiGauge primary;

  /** Reads {@code counters} whenever somebody scrapes. */
  public ClusterMeters(ClusterCounters counters) {
    this.counters = counters;
  }

  @Override
  public synchronized void bindTo(MeterRegistry registry) {
    gauge(
        registry,
        "howdah.cluster.epoch",
        "The epoch followed; 0 before the first.",
        at -> of(at, topology -> topology.epoch().value()));
    gauge(
        registry,
        "howdah.cluster.timeline",
        "The timeline the primary writes.",
        at -> of(at, Topology::timeline));
    gauge(
        registry,
        "howdah.cluster.serving",
        "Whether writes go to a primary.",
        at -> of(at, topology -> topology.state().permitsWrites() ? 1 : 0));
    gauge(
        registry,
        "howdah.cluster.leading",
        "Whether this process leads.",
        at -> at.isLeading() ? 1 : 0);
    Gauge.builder("howdah.write.lease", counters, ClusterMeters::leaseSeconds)
        .baseUnit("seconds")
        .description("For how long the write lease lasts from now on; 0 without one.")
        .register(registry);
    FunctionCounter.builder("howdah.cluster.failovers", counters, ClusterCounters::failovers)
        .description("Failovers seen by this process.")
        .register(registry);
    FunctionCounter.builder("howdah.cluster.switchovers", counters, ClusterCounters::switchovers)
        .description("Switchovers seen by this process.")
        .register(registry);
    FunctionTimer.builder(
            "howdah.store.reads",
            counters,
            ClusterCounters::storeReads,
            ClusterCounters::storeReadNanos,
            TimeUnit.NANOSECONDS)
        .description("Reads of the coordination store that were answered.")
        .register(registry);
    FunctionCounter.builder("howdah.store.failures", counters, ClusterCounters::storeFailures)
        .description("Reads of the coordination store without an answer in time.")
        .register(registry);
    evidence =
        MultiGauge.builder("howdah.node.evidence")
            .description("How a node answers this process: 0 unknown to 5 gone.")
            .register(registry);
    primary =
        MultiGauge.builder("howdah.node.primary")
            .description("Whether a node is the primary of the epoch followed.")
            .register(registry);
    refresh();
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<ClusterCounters> value) {
    Gauge.builder(name, counters, value).description(description).register(registry);
  }

  private static double of(ClusterCounters counters, ToDoubleFunction<Topology> value) {
    return counters.map().map(ClusterMap::topology).map(value::applyAsDouble).orElse(0.0);
  }

  private static double leaseSeconds(ClusterCounters counters) {
    WriteLease lease = counters.lease();
    long left = lease.deadlineNanos() - System.nanoTime();
    return lease.epoch() == 0 || left < 0 ? 0 : left / 1e9;
  }

  private static int grade(Evidence evidence) {
    return switch (evidence) {
      case UNKNOWN -> 0;
      case HEALTHY -> 1;
      case SLOW -> 2;
      case RECOVERING -> 3;
      case SILENT -> 4;
      case HARD -> 5;
    };
  }

  /** Brings the metrics of single nodes up to date; to be called every few seconds. */
  public synchronized void refresh() {
    MultiGauge seen = evidence;
    MultiGauge who = primary;
    if (seen == null || who == null) {
      return;
    }
    List<Row<?>> rows = new ArrayList<>();
    Map.copyOf(counters.evidence())
        .forEach((node, at) -> rows.add(Row.of(Tags.of("node", node), grade(at))));
    seen.register(rows, true);
    List<Row<?>> roles = new ArrayList<>();
    counters
        .map()
        .ifPresent(map -> {
          for (NodeSpec node : map.nodes()) {
            boolean is = node.name().equals(map.topology().primary());
            roles.add(Row.of(Tags.of("node", node.name()), is ? 1 : 0));
          }
        });
    who.register(roles, true);
  }
}
