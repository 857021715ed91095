package dev.howdah.pooler;

import dev.howdah.pooler.client.ClientHouse;
import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.http.HealthPages;
import dev.howdah.pooler.http.HttpPort;
import dev.howdah.pooler.http.Page;
import dev.howdah.pooler.http.Page.Answer;
import dev.howdah.pooler.listen.ClientListener;
import dev.howdah.pooler.metrics.Metrics;
import dev.howdah.pooler.pool.LaneSurvey;
import java.io.IOException;
import java.util.Map;

/** What a pooler shows over HTTP: its metrics, and whether it is well. */
final class OperatorPort implements AutoCloseable {
  private final Metrics metrics;
  private final HttpPort port;

  /**
   * Opens the port.
   *
   * @throws IOException naming the key, when the address cannot be bound
   */
  OperatorPort(
      HttpConfig config,
      ClientHouse house,
      LaneSurvey survey,
      ClientListener listener,
      String version)
      throws IOException {
    Metrics shown = new Metrics(house, survey, version);
    Map<String, Page> pages =
        Map.of(
            "/metrics", () -> new Answer(200, Metrics.CONTENT_TYPE, shown.scrape()),
            "/livez", HealthPages.live(survey),
            "/readyz", HealthPages.ready(listener::isListening, house::isClosing));
    this.metrics = shown;
    try {
      this.port = HttpPort.open(config, pages);
    } catch (IOException | RuntimeException e) {
      shown.close();
      throw e;
    }
  }

  int port() {
    return port.port();
  }

  @Override
  public void close() {
    port.close();
    metrics.close();
  }
}
