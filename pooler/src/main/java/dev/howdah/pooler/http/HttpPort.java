package dev.howdah.pooler.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.http.Page.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a few pages over HTTP, GET and HEAD only, each request on a virtual thread of its own. No
 * event loop ever waits for it. Safe for all threads.
 */
public final class HttpPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
  private static final int BACKLOG = 32;

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
  private final Map<String, Page> pages;

  private HttpPort(HttpServer server, Map<String, Page> pages) {
    this.server = server;
    this.pages = Map.copyOf(pages);
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
   * @param pages by path
   * @throws IOException naming the key, when the address cannot be bound
   */
  public static HttpPort open(HttpConfig config, Map<String, Page> pages) throws IOException {
    HttpServer server;
    try {
      InetSocketAddress address =
          config.host().equals("*")
              ? new InetSocketAddress(config.port())
              : new InetSocketAddress(InetAddress.getByName(config.host()), config.port());
      server = HttpServer.create(address, BACKLOG);
    } catch (UnknownHostException e) {
      throw new IOException("[http] listen = " + config + ": no such host", e);
    } catch (IOException e) {
      throw new IOException("[http] listen = " + config + ": " + e.getMessage(), e);
    }
    HttpPort port = new HttpPort(server, pages);
    server.start();
    LOG.info("metrics and health on http:/{}", server.getAddress());
    return port;
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
    }
  }

  private Answer answer(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    Page page = path == null ? null : pages.get(path);
    if (page == null) {
      return Answer.of(404, "there is nothing here");
    }
    if (!isHead(exchange) && !exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Answer.of(405, "only GET and HEAD work here");
    }
    try {
      return page.answer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.of(503, "the pooler is shutting down");
    } catch (Exception e) {
      LOG.error("HTTP request for {} failed", path, e);
      return Answer.of(500, "this failed; the log of the pooler says why");
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    if (isHead(exchange)) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  /** Stops at once; requests that are being answered are cut off. */
  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
