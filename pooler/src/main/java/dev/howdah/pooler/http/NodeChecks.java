package dev.howdah.pooler.http;

import dev.howdah.pooler.config.RoutingConfig;
import dev.howdah.pooler.config.TopologyKind;
import dev.howdah.pooler.routing.NodeState;
import dev.howdah.pooler.routing.NodeTopology;
import dev.howdah.pooler.routing.TopologyView;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks in the manner of Patroni's REST API ("Health check endpoints"): 200 for yes, 503 for no,
 * so that load balancers and probes written for it go on working. Where Patroni speaks for its own
 * PostgreSQL, these speak for the nodes as this pooler sees them: for the one that {@code node=}
 * names, else for any. Safe for all threads, never blocks.
 */
final class NodeChecks {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*(B|kB|MB|GB|TB)?");
  private static final Map<String, Integer> SHIFTS =
      Map.of("B", 0, "kB", 10, "MB", 20, "GB", 30, "TB", 40);

  private final Supplier<@Nullable NodeTopology> topology;
  private final Supplier<RoutingConfig> routing;
  private final LongSupplier clock;

  /**
   * Checks what {@code topology} sees.
   *
   * @param topology null where there are no nodes
   * @param clock monotonic nanoseconds
   */
  NodeChecks(
      Supplier<@Nullable NodeTopology> topology,
      Supplier<RoutingConfig> routing,
      LongSupplier clock) {
    this.topology = topology;
    this.routing = routing;
    this.clock = clock;
  }

  /** All of them, by path. */
  Map<String, Route> routes() {
    Map<String, Route> routes = new LinkedHashMap<>();
    Route primary = Route.open(request -> check(request, this::isPrimary));
    routes.put("/primary", primary);
    routes.put("/read-write", primary);
    routes.put("/leader", primary);
    routes.put("/replica", Route.open(request -> check(request, replica(request))));
    BiPredicate<TopologyView, NodeState> readable =
        (view, node) -> isPrimary(view, node) || node.serves();
    routes.put("/read-only", Route.open(request -> check(request, readable)));
    routes.put("/health", Route.open(request -> check(request, (_, node) -> answers(node))));
    return routes;
  }

  /** While a change of the primary is under way there is none, whatever the nodes think. */
  private boolean isPrimary(TopologyView view, NodeState node) {
    return view.primary() >= 0 && view.find(node.node().name()) == view.primary() && answers(node);
  }

  private BiPredicate<TopologyView, NodeState> replica(Request request) {
    long lagBytesMax = request.parameter("lag").map(NodeChecks::bytes).orElse(Long.MAX_VALUE);
    return (_, node) -> node.serves() && node.lagBytes() <= lagBytesMax;
  }

  /** Whether it has answered lately; where nobody is asked, nodes are believed to. */
  private boolean answers(NodeState node) {
    RoutingConfig.Probing probing = routing.get().probing();
    if (node.heardAtNanos() == 0) {
      return probing.kind() == TopologyKind.STATIC;
    }
    long patienceNanos = probing.interval().plus(probing.timeout()).toNanos();
    return clock.getAsLong() - node.heardAtNanos() <= patienceNanos;
  }

  private Answer check(Request request, BiPredicate<TopologyView, NodeState> wanted) {
    NodeTopology source = topology.get();
    if (source == null) {
      return Answer.error(
          503,
          "this pooler does not know which server is what",
          "It has no [nodes]. /readyz tells whether the pooler takes clients.");
    }
    TopologyView view = source.now();
    String name = request.parameter("node").orElse("");
    if (!name.isEmpty() && view.find(name) < 0) {
      return Answer.error(404, "there is no node " + name, "GET /cluster lists the nodes.");
    }
    NodeState fallback = null;
    for (NodeState node : view.nodes()) {
      if (name.isEmpty() || node.node().name().equals(name)) {
        if (wanted.test(view, node)) {
          return Answer.json(200, describe(view, node));
        }
        fallback = node;
      }
    }
    return name.isEmpty() || fallback == null
        ? Answer.error(503, "no node is that at present", "GET /cluster tells how they stand.")
        : Answer.json(503, describe(view, fallback));
  }

  private Map<String, @Nullable Object> describe(TopologyView view, NodeState node) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("node", node.node().name());
    shown.put("state", answers(node) ? "running" : "unknown");
    shown.put("role", node.role().name().toLowerCase(Locale.ROOT));
    shown.put("timeline", node.timeline());
    if (node.role() == NodeState.Role.REPLICA) {
      shown.put("lag", node.lagBytes());
      shown.put("serves_reads", node.serves());
    }
    if (!node.serves() && !isPrimary(view, node)) {
      shown.put("reason", node.exclusion());
    }
    return shown;
  }

  /** A node as a member in Patroni's {@code /cluster}. */
  Map<String, @Nullable Object> member(NodeState node) {
    Map<String, @Nullable Object> member = new LinkedHashMap<>();
    boolean answers = answers(node);
    boolean leads = node.role() == NodeState.Role.PRIMARY;
    member.put("name", node.node().name());
    member.put("role", leads ? "leader" : "replica");
    member.put("state", !answers ? "unknown" : leads ? "running" : "streaming");
    member.put("host", node.node().endpoint().host());
    member.put("port", node.node().endpoint().port());
    member.put("timeline", node.timeline());
    if (!leads) {
      member.put("lag", answers ? node.lagBytes() : "unknown");
    }
    if (!node.exclusion().isEmpty() && !(leads && answers)) {
      member.put("reason", node.exclusion());
    }
    return member;
  }

  /** {@code 1048576}, {@code 16kB}, {@code 1MB}, as Patroni takes them. */
  static long bytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new Page.BadRequest(
          "lag=" + text + " is no size; write bytes, or a number with B, kB, MB, GB or TB");
    }
    int shift = size.group(2) == null ? 0 : SHIFTS.getOrDefault(size.group(2), 0);
    long number = Long.parseLong(size.group(1));
    return number > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : number << shift;
  }
}
