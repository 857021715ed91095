package dev.howdah.pooler.http;

import dev.howdah.pooler.admin.AdminDesk;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The console's SHOW and its orders as JSON under {@code /api/v1/}. Runs on the threads of
 * requests; they wait for the event loops, never the other way round.
 */
final class AdminApi {
  static final String ROOT = "/api/v1";

  private static final long SHOW_SECONDS_MAX = 5;
  private static final int WAIT_SECONDS = 10;
  private static final int WAIT_SECONDS_MAX = 25; // less than the port gives an answer
  private static final List<String> TOPICS =
      List.of(
          "advice",
          "clients",
          "config",
          "databases",
          "lists",
          "mem",
          "peers",
          "pins",
          "pools",
          "replicas",
          "routing",
          "servers",
          "state",
          "stats",
          "topology",
          "totals",
          "users",
          "waits");

  /** Orders by path, with the parameter that says about what; empty for none. */
  private static final Map<String, String> ORDERS =
      Map.of(
          "disable", "database",
          "enable", "database",
          "kill", "database",
          "kill_client", "id",
          "pause", "database",
          "reconnect", "database",
          "reload", "",
          "resume", "database",
          "shutdown", "mode",
          "suspend", "");

  private final AdminDesk desk;

  AdminApi(AdminDesk desk) {
    this.desk = desk;
  }

  /** Everything, by path. */
  Map<String, Route> routes() {
    Map<String, Route> routes = new LinkedHashMap<>();
    for (String topic : TOPICS) {
      routes.put(ROOT + "/" + topic, Route.read(_ -> show(topic)));
    }
    routes.put(ROOT + "/version", Route.read(_ -> version()));
    ORDERS.forEach((verb, parameter) ->
        routes.put(ROOT + "/" + verb, Route.order(request -> order(verb, parameter, request))));
    routes.put(ROOT + "/wait_close", Route.order(r -> order("wait_close", "database", r)));
    routes.put(ROOT + "/set", Route.order(this::set));
    routes.put(ROOT, Route.read(_ -> index(routes)));
    return routes;
  }

  private static Answer index(Map<String, Route> routes) {
    List<Map<String, Object>> paths = new ArrayList<>();
    for (Map.Entry<String, Route> route : new TreeMap<>(routes).entrySet()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("path", route.getKey());
      entry.put("methods", route.getValue().methods());
      paths.add(entry);
    }
    return Answer.json(200, Map.of("paths", paths));
  }

  private Answer version() {
    return Answer.json(200, Map.of("name", "Howdah", "version", desk.version()));
  }

  // ---- SHOW ----

  private Answer show(String topic) throws InterruptedException {
    try {
      return Answer.json(200, rows(topic));
    } catch (PoolerException e) {
      return refusal(e.fields());
    }
  }

  /**
   * The rows of SHOW.
   *
   * @throws PoolerException if it cannot be shown
   */
  List<Map<String, @Nullable Object>> rows(String topic) throws InterruptedException {
    try {
      return await(desk.show(topic), SHOW_SECONDS_MAX);
    } catch (TimeoutException e) {
      throw ErrorFields.error(SqlState.CANNOT_CONNECT_NOW, "an event loop does not answer")
          .asException();
    }
  }

  // ---- orders ----

  private Answer order(String verb, String parameter, Request request) throws InterruptedException {
    String argument = parameter.isEmpty() ? "" : request.parameter(parameter).orElse("");
    if (argument.isEmpty() && List.of("disable", "enable", "kill_client").contains(verb)) {
      throw new Page.BadRequest(verb + " needs " + parameter + "=");
    }
    if (verb.equals("kill") && argument.isEmpty() && !request.parameters().containsKey("all")) {
      throw new Page.BadRequest("kill needs database=, or all to drop the clients of every one");
    }
    return carriedOut(
        verb, argument, request, () -> desk.order(verb, argument, "HTTP " + request.from()));
  }

  private Answer set(Request request) throws InterruptedException {
    String key = needed(request, "key");
    String value = request.parameters().getOrDefault("value", "");
    return carriedOut("set", key, request, () -> desk.set(key, value, "HTTP " + request.from()));
  }

  private static String needed(Request request, String name) {
    return request
        .parameter(name)
        .orElseThrow(() -> new Page.BadRequest(request.path() + " needs " + name + "="));
  }

  private interface Work {
    CompletionStage<List<String>> begin();
  }

  private static Answer carriedOut(String verb, String argument, Request request, Work work)
      throws InterruptedException {
    int wait = waitSeconds(request);
    Map<String, Object> done = new LinkedHashMap<>();
    String name = verb.toUpperCase(Locale.ROOT);
    try {
      // The process may be gone before an answer to this one could be.
      boolean atOnce = verb.equals("shutdown") && argument.isEmpty();
      List<String> notices = await(work.begin(), atOnce ? 0 : wait);
      done.put("done", name);
      about(argument, done);
      done.put("notices", notices);
      return Answer.json(200, done);
    } catch (TimeoutException e) {
      done.put("begun", name);
      about(argument, done);
      done.put("hint", "It goes on. GET " + ROOT + "/state and /databases tell how far it is.");
      return Answer.json(202, done);
    } catch (PoolerException e) {
      return refusal(e.fields());
    }
  }

  private static void about(String argument, Map<String, Object> done) {
    if (!argument.isEmpty()) {
      done.put("about", argument);
    }
  }

  private static int waitSeconds(Request request) {
    Optional<String> text = request.parameter("wait");
    if (text.isEmpty()) {
      return WAIT_SECONDS;
    }
    if (!text.get().matches("\\d{1,2}") || Integer.parseInt(text.get()) > WAIT_SECONDS_MAX) {
      throw new Page.BadRequest("wait= takes seconds, 0 to " + WAIT_SECONDS_MAX);
    }
    return Integer.parseInt(text.get());
  }

  private static <T> T await(CompletionStage<T> stage, long seconds)
      throws InterruptedException, TimeoutException {
    try {
      return stage.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof PoolerException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(cause);
    }
  }

  // ---- errors ----

  private static Answer refusal(ErrorFields error) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("error", error.message());
    shown.put("sqlstate", error.sqlState());
    if (error.detail() != null) {
      shown.put("detail", error.detail());
    }
    String hint = error.hint() != null ? error.hint() : hint(error);
    if (hint != null) {
      shown.put("hint", hint);
    }
    return Answer.json(status(error.sqlState()), shown);
  }

  private static @Nullable String hint(ErrorFields error) {
    return switch (error.sqlState()) {
      case "3D000" -> "GET " + ROOT + "/databases lists them.";
      case "42704" -> "GET " + ROOT + "/clients and /config list what there is.";
      case "55000" -> "GET " + ROOT + "/state and /databases tell what is paused.";
      default -> null;
    };
  }

  private static int status(String sqlState) {
    return switch (sqlState) {
      case "3D000", "42704" -> 404;
      case "22023", "42601" -> 400;
      case "55000", "F0000", "57014" -> 409;
      case "57P01", "57P03" -> 503;
      default -> 500;
    };
  }
}
