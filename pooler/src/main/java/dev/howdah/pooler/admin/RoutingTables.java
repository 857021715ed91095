package dev.howdah.pooler.admin;

import dev.howdah.pooler.client.ReadCounters;
import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.routing.NodeState;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.topology.Lsn;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tables of the nodes, and of what went where; empty without nodes. */
final class RoutingTables {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private RoutingTables() {}

  static Table topology(@Nullable NodeTopology source, long nowNanos) {
    Table table = new Table(Topic.TOPOLOGY.columns());
    if (source != null) {
      for (NodeState state : source.now().nodes()) {
        NodeConfig node = state.node();
        table.add(
            node.name(),
            node.endpoint().host(),
            node.endpoint().port(),
            state.role().name().toLowerCase(Locale.ROOT),
            state.timeline(),
            state.systemIdentifier(),
            position(state.position()),
            state.heardAtNanos() == 0 ? null : (nowNanos - state.heardAtNanos()) / NANOS_PER_MILLI,
            state.exclusion());
      }
    }
    return table;
  }

  static Table replicas(@Nullable NodeTopology source) {
    Table table = new Table(Topic.REPLICAS.columns());
    if (source != null) {
      for (NodeState state : source.now().nodes()) {
        if (state.role() != NodeState.Role.PRIMARY) {
          table.add(
              state.node().name(),
              state.serves() ? "serves" : "excluded",
              state.exclusion(),
              state.node().weight(),
              state.node().zone(),
              position(state.received()),
              position(state.position()),
              state.lagBytes(),
              state.lagNanos() / NANOS_PER_MILLI);
        }
      }
    }
    return table;
  }

  static Table counters(ReadCounters counters) {
    return new Table(Topic.ROUTING.columns())
        .add("routed", counters.routed())
        .add("vetoed", counters.vetoed())
        .add("waited", counters.waited())
        .add("fell_back", counters.fellBack())
        .add("retried", counters.retried());
  }

  private static String position(Lsn lsn) {
    return lsn.equals(Lsn.ZERO) ? "" : lsn.toString();
  }
}
