package dev.howdah.pooler.http;

import dev.howdah.pooler.admin.AdminDesk;
import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.routing.NodeTopology;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The admin API, the checks and the status page of one pooler, put together. */
public final class OperatorPages implements AutoCloseable {
  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final StatusPage page;

  /**
   * Pages that answer as soon as the pooler does.
   *
   * @param cluster asked for each answer
   */
  public OperatorPages(
      AdminDesk desk,
      ClientHouse house,
      Supplier<@Nullable NodeTopology> topology,
      Supplier<ClusterFacts> cluster) {
    var api = new AdminApi(desk);
    var checks = new NodeChecks(topology, () -> house.config().routing(), System::nanoTime);
    var summary =
        new Summary(api, house, cluster, desk.version(), Clock.systemUTC(), System::nanoTime);
    this.page = new StatusPage(summary);
    routes.putAll(api.routes());
    routes.putAll(checks.routes());
    routes.putAll(new ClusterPages(topology, checks, cluster).routes());
    routes.putAll(page.routes());
  }

  /** By path. */
  public Map<String, Route> routes() {
    return routes;
  }

  /** Ends what goes on for longer. */
  @Override
  public void close() {
    page.close();
  }
}
