package dev.howdah.pooler;

import dev.howdah.pooler.admin.AdminDesk;
import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.http.Answer;
import dev.howdah.pooler.http.ClusterFacts;
import dev.howdah.pooler.http.HealthPages;
import dev.howdah.pooler.http.HttpPort;
import dev.howdah.pooler.http.OperatorPages;
import dev.howdah.pooler.http.Page;
import dev.howdah.pooler.http.Route;
import dev.howdah.pooler.listen.ClientListener;
import dev.howdah.pooler.metrics.Metrics;
import dev.howdah.pooler.pool.LaneSurvey;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What a pooler shows and takes over HTTP: metrics, checks, the admin API, the status page. */
final class OperatorPort implements AutoCloseable {
  private final Metrics metrics;
  private final OperatorPages pages;
  private final HttpPort port;

  /**
   * Opens the port.
   *
   * @param config the one in force
   * @param cluster what is known about the cluster at any moment
   * @throws IOException naming the key, when the address cannot be bound
   */
  OperatorPort(
      Supplier<HttpConfig> config,
      AdminDesk desk,
      ClientHouse house,
      LaneSurvey survey,
      ClientListener listener,
      Supplier<ClusterFacts> cluster)
      throws IOException {
    Metrics shown = new Metrics(house, survey, desk.version());
    this.pages = new OperatorPages(desk, house, house.pools()::topology, cluster);
    this.metrics = shown;
    Map<String, Route> routes = new HashMap<>(pages.routes());
    Page live = HealthPages.live(survey);
    Page ready = HealthPages.ready(listener::isListening, house::isClosing);
    routes.put("/metrics", Route.open(_ -> Answer.of(200, Metrics.CONTENT_TYPE, shown.scrape())));
    routes.put("/livez", Route.open(live));
    routes.put("/readyz", Route.open(ready));
    routes.put("/liveness", Route.open(live)); // Patroni's names for them
    routes.put("/readiness", Route.open(ready));
    try {
      this.port = HttpPort.open(config, routes);
    } catch (IOException | RuntimeException e) {
      shown.close();
      throw e;
    }
  }

  void measure(MeterBinder binder) {
    metrics.add(binder);
  }

  int port() {
    return port.port();
  }

  @Override
  public void close() {
    pages.close();
    port.close();
    metrics.close();
  }
}
