package dev.howdah.pooler.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import dev.howdah.pooler.config.HttpConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves pages over HTTP or HTTPS, each request on a virtual thread of its own. No event loop ever
 * waits for it. Safe for all threads.
 */
public final class HttpPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
  private static final int BACKLOG = 32;
  private static final int BODY_BYTES_MAX = 1 << 14;
  private static final String FORM = "application/x-www-form-urlencoded";

  static {
    // The server of the JDK takes its bounds from here, for the whole process and before its first
    // use; by default a request may take for ever. What was set on the command line stays.
    bound("sun.net.httpserver.maxReqTime", "10"); // seconds, from its first byte to its last
    bound("sun.net.httpserver.maxRspTime", "30"); // seconds, the making of the answer included
    bound("sun.net.httpserver.maxReqHeaders", "100");
    bound("sun.net.httpserver.maxReqHeaderSize", "16384");
    bound("jdk.httpserver.maxConnections", "64");
  }

  private final HttpServer server;
  private final ExecutorService workers;
  private final Map<String, Route> routes;
  private final Doorkeeper doorkeeper;

  private HttpPort(HttpServer server, Doorkeeper doorkeeper, Map<String, Route> routes) {
    this.server = server;
    this.doorkeeper = doorkeeper;
    this.routes = Map.copyOf(routes);
    this.workers = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(workers);
    server.createContext("/", this::handle);
  }

  private static void bound(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Binds the port and begins to answer.
   *
   * @param config the one in force; where to listen is read once, all else for each request
   * @param routes by path
   * @throws IOException naming the key, when the address cannot be bound
   */
  public static HttpPort open(Supplier<HttpConfig> config, Map<String, Route> routes)
      throws IOException {
    HttpServer server = bind(config);
    HttpPort port = new HttpPort(server, new Doorkeeper(config), routes);
    server.start();
    String scheme = config.get().isEncrypted() ? "https" : "http";
    LOG.info("metrics, health and admin API on {}:/{}", scheme, server.getAddress());
    return port;
  }

  private static HttpServer bind(Supplier<HttpConfig> live) throws IOException {
    HttpConfig config = live.get();
    try {
      InetSocketAddress address =
          config.host().equals("*")
              ? new InetSocketAddress(config.port())
              : new InetSocketAddress(InetAddress.getByName(config.host()), config.port());
      if (!config.isEncrypted()) {
        return HttpServer.create(address, BACKLOG);
      }
      HttpsServer encrypted = HttpsServer.create(address, BACKLOG);
      encrypted.setHttpsConfigurator(HttpTls.configurator(live));
      return encrypted;
    } catch (UnknownHostException e) {
      throw new IOException("[http] listen = " + config + ": no such host", e);
    } catch (IOException e) {
      throw new IOException("[http] listen = " + config + ": " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IOException("[http] tls_key_file: " + e.getMessage(), e);
    }
  }

  /** The port as really bound. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      send(exchange, answer(exchange));
    } catch (IOException e) {
      LOG.debug("HTTP client {} is gone: {}", exchange.getRemoteAddress(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Route route = path == null ? null : routes.get(path);
    if (route == null) {
      return Answer.error(404, "there is nothing here", "GET /api/v1 lists what there is.");
    }
    String method = exchange.getRequestMethod();
    if (!route.takes(method)) {
      return Answer.error(405, method + " does not work here", "Allowed: " + route.methods() + ".")
          .with("Allow", route.methods());
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    Optional<Answer> refusal = doorkeeper.refusal(route, authorization);
    if (refusal.isPresent()) {
      if (authorization != null) {
        LOG.warn("HTTP {} {} from {}: wrong token", method, path, from(exchange));
      }
      return refusal.get();
    }
    try {
      return route.page().answer(request(exchange, path));
    } catch (Page.BadRequest e) {
      return Answer.error(400, String.valueOf(e.getMessage()), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.of(503, "the pooler is shutting down");
    } catch (IOException e) {
      throw e; // the client is gone
    } catch (Exception e) {
      LOG.error("HTTP request for {} failed", path, e);
      return Answer.of(500, "this failed; the log of the pooler says why");
    }
  }

  private static Request request(HttpExchange exchange, String path) throws IOException {
    Map<String, String> parameters = new HashMap<>();
    try {
      String query = exchange.getRequestURI().getRawQuery();
      if (query != null) {
        Request.decode(query, parameters);
      }
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      if (type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) {
          throw new Page.BadRequest("the body is too large; at most " + BODY_BYTES_MAX + " bytes");
        }
        Request.decode(new String(body, StandardCharsets.UTF_8), parameters);
      }
    } catch (IllegalArgumentException e) {
      throw new Page.BadRequest("the parameters are not encoded as they have to be");
    }
    return new Request(exchange.getRequestMethod(), path, parameters, from(exchange));
  }

  private static String from(HttpExchange exchange) {
    InetSocketAddress address = exchange.getRemoteAddress();
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static void send(HttpExchange exchange, Answer answer)
      throws IOException, InterruptedException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    answer.headers().forEach(headers::set);
    boolean bodyless = !exchange.getRequestMethod().matches("GET|POST");
    switch (answer.body()) {
      case Answer.Body.Whole(var text) -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bodyless) {
          headers.set("Content-Length", Integer.toString(bytes.length));
          exchange.sendResponseHeaders(answer.status(), -1);
        } else {
          exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
        }
      }
      case Answer.Body.Stream _ when bodyless -> exchange.sendResponseHeaders(answer.status(), -1);
      case Answer.Body.Stream stream -> {
        exchange.sendResponseHeaders(answer.status(), 0);
        OutputStream out = exchange.getResponseBody();
        stream.writeTo(out);
      }
    }
  }

  /** Stops at once; requests that are being answered are cut off. */
  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
