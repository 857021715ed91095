package dev.howdah.it.http;

import dev.howdah.pooler.json.JsonReader;
import dev.howdah.pooler.json.JsonText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A page in a headless Chromium, driven by the Chrome DevTools protocol. One thread. Closing it
 * ends the browser.
 */
final class Browser implements AutoCloseable {
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final BlockingQueue<Map<?, ?>> replies = new ArrayBlockingQueue<>(100);
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private int number;

  /** The program, if there is one on this machine. */
  static Optional<Path> program() {
    return PROGRAMS.stream().filter(Files::isExecutable).findFirst();
  }

  /** Opens an empty page. */
  Browser(Path program, Path profile) throws Exception {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox", // the machines of CI allow none
                "--disable-gpu",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String port = await(() -> portOf(profile));
    HttpRequest open =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
            .PUT(BodyPublishers.noBody())
            .build();
    Map<?, ?> page = object(http.send(open, BodyHandlers.ofString()).body());
    socket =
        http.newWebSocketBuilder()
            .buildAsync(
                URI.create(String.valueOf(page.get("webSocketDebuggerUrl"))), new Listener())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    send("Runtime.enable", Map.of());
    send("Log.enable", Map.of());
  }

  private static @Nullable String portOf(Path profile) throws IOException {
    Path file = profile.resolve("DevToolsActivePort");
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    return lines.size() < 2 ? null : lines.getFirst();
  }

  private static Map<?, ?> object(String json) {
    return JsonReader.read(json) instanceof Map<?, ?> map ? map : Map.of();
  }

  /** Collects answers, and what the page complains of. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        Map<?, ?> message = object(text.toString());
        text.setLength(0);
        if (message.containsKey("id")) {
          replies.add(message);
        } else if (List.of("Runtime.exceptionThrown", "Log.entryAdded")
            .contains(String.valueOf(message.get("method")))) {
          complaints.add(JsonText.of(message));
        }
      }
      from.request(1);
      return null;
    }
  }

  private Map<?, ?> send(String method, Map<String, ?> parameters) throws Exception {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", ++number);
    message.put("method", method);
    message.put("params", parameters);
    socket.sendText(JsonText.of(message), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    while (true) {
      Map<?, ?> reply = replies.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (reply == null) {
        throw new AssertionError("the browser does not answer " + method);
      }
      if (reply.get("id") instanceof Long id && id == number) {
        if (reply.get("result") instanceof Map<?, ?> result) {
          return result;
        }
        throw new AssertionError(JsonText.of(reply));
      }
    }
  }

  /** Makes the window a screen of this size, in the light or in the dark. */
  void resize(int width, int height, boolean phone, boolean dark) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    send("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** Goes there. */
  void open(String url) throws Exception {
    send("Page.navigate", Map.of("url", url));
  }

  /** The value of an expression in the page. */
  String evaluate(String expression) throws Exception {
    Map<?, ?> result = send("Runtime.evaluate", Map.of("expression", expression));
    return result.get("result") instanceof Map<?, ?> value
        ? String.valueOf(value.get("value"))
        : "";
  }

  /** Waits until an expression has this value. */
  void await(String expression, String wanted) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String last = "";
    while (System.nanoTime() - end < 0) {
      last = evaluate(expression);
      if (last.equals(wanted)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError(expression + " is '" + last + "', not '" + wanted + "'");
  }

  /** Saves what the whole page looks like. */
  void screenshot(Path file) throws Exception {
    Map<?, ?> shot = send("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(String.valueOf(shot.get("data"))));
  }

  /** Errors of scripts, refused requests and the like. */
  List<String> complaints() {
    return complaints;
  }

  private interface Question {
    @Nullable String ask() throws IOException;
  }

  private static String await(Question question) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - end < 0) {
      String answer = question.ask();
      if (answer != null) {
        return answer;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("the browser has not started");
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
