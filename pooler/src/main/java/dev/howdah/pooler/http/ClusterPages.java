package dev.howdah.pooler.http;

import dev.howdah.pooler.routing.NodeState;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.topology.Lsn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Patroni's {@code /cluster} and {@code /history}, in its format, with some keys of our own. */
final class ClusterPages {
  private final Supplier<@Nullable NodeTopology> topology;
  private final NodeChecks checks;
  private final Supplier<ClusterFacts> cluster;

  ClusterPages(
      Supplier<@Nullable NodeTopology> topology,
      NodeChecks checks,
      Supplier<ClusterFacts> cluster) {
    this.topology = topology;
    this.checks = checks;
    this.cluster = cluster;
  }

  /** Both, by path, and the history in words of our own. */
  Map<String, Route> routes() {
    return Map.of(
        "/cluster",
        Route.read(_ -> cluster()),
        "/history",
        Route.read(_ -> history()),
        AdminApi.ROOT + "/history",
        Route.read(_ -> changes()));
  }

  private Answer cluster() {
    NodeTopology source = topology.get();
    ClusterFacts facts = cluster.get();
    List<Map<String, @Nullable Object>> members = new ArrayList<>();
    if (source != null) {
      for (NodeState node : source.now().nodes()) {
        members.add(checks.member(node));
      }
    }
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("scope", facts.name().orElse(""));
    shown.put("members", members);
    if (facts.isPaused()) {
      shown.put("pause", true);
    }
    facts.controller().ifPresent(name -> shown.put("controller", name));
    return Answer.json(200, shown);
  }

  private Answer history() {
    List<List<Object>> lines = new ArrayList<>();
    for (ClusterFacts.Change change : cluster.get().history()) {
      lines.add(
          List.of(
              change.timeline(),
              change.position(),
              change.reason(),
              change.at().toString(),
              change.primary()));
    }
    return Answer.json(200, lines);
  }

  private Answer changes() {
    return Answer.json(200, cluster.get().history().stream().map(ClusterPages::described).toList());
  }

  static Map<String, Object> described(ClusterFacts.Change change) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("epoch", change.epoch());
    shown.put("at", change.at().toString());
    shown.put("primary", change.primary());
    shown.put("timeline", change.timeline());
    shown.put("position", new Lsn(change.position()).toString());
    shown.put("reason", change.reason());
    return shown;
  }
}
