package dev.howdah.pooler.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The page for people, and the stream of events it lives on (HTML standard, "Server-sent events").
 * A stream ends after a while, and browsers come back by themselves: so the port may bound how long
 * any answer takes.
 */
final class StatusPage implements AutoCloseable {
  private static final int STREAMS_MAX =
      24; // of 64 connections: the rest is for checks and scrapes
  private static final long STREAM_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final String BACK_MILLIS = "500";
  private static final String LATER_MILLIS = "10000";

  private static final String SAFE =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Summary summary;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Semaphore streams = new Semaphore(STREAMS_MAX);

  StatusPage(Summary summary) {
    this.summary = summary;
  }

  /** The page, what it is made of and what it asks for, by path. */
  Map<String, Route> routes() {
    Map<String, Route> routes = new LinkedHashMap<>();
    routes.put("/", file("status.html", "text/html; charset=utf-8"));
    routes.put("/status.css", file("status.css", "text/css; charset=utf-8"));
    routes.put("/status.js", file("status.js", "text/javascript; charset=utf-8"));
    routes.put("/status.svg", file("status.svg", "image/svg+xml"));
    routes.put(AdminApi.ROOT + "/summary", Route.read(_ -> once()));
    routes.put(AdminApi.ROOT + "/events", Route.read(_ -> events()));
    return routes;
  }

  private static Route file(String name, String contentType) {
    String text = read(name);
    return Route.read(_ ->
        Answer.of(200, contentType, text)
            .with("Content-Security-Policy", SAFE)
            .with("Referrer-Policy", "no-referrer"));
  }

  private static String read(String name) {
    try (InputStream in = StatusPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer once() throws InterruptedException {
    return Answer.of(200, "application/json", summary.json() + "\n");
  }

  private Answer events() {
    if (streams.availablePermits() == 0) {
      return Answer.error(
              503,
              STREAMS_MAX + " others look already",
              "GET " + AdminApi.ROOT + "/summary answers the same once.")
          .with("Retry-After", "10");
    }
    Answer.Body.Stream stream = this::stream;
    return new Answer(200, "text/event-stream", Map.of("X-Accel-Buffering", "no"), stream);
  }

  /** Takes its place only here: an answer may never get so far as to write its body. */
  private void stream(OutputStream out) throws IOException, InterruptedException {
    if (!streams.tryAcquire()) {
      write(out, "retry: " + LATER_MILLIS + "\n\n");
      return;
    }
    try {
      long end = System.nanoTime() + STREAM_NANOS;
      write(out, "retry: " + BACK_MILLIS + "\n\n");
      do {
        write(out, "data: " + summary.json() + "\n\n");
      } while (!closed.await(EVERY_NANOS, TimeUnit.NANOSECONDS) && System.nanoTime() - end < 0);
    } finally {
      streams.release();
    }
  }

  /** Ends every stream. */
  @Override
  public void close() {
    closed.countDown();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
