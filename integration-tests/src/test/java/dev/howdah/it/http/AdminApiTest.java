package dev.howdah.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.pooler.json.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The admin API of a pooler with clients in front of a real PostgreSQL. */
@ExtendWith(PostgresServer.Shared.class)
class AdminApiTest {
  private static final String TOKEN = "0123456789abcdef";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Target direct;
  private final TestPooler pooler;
  private final Target database;

  AdminApiTest(PostgresServer server) throws SQLException {
    direct = server.createDatabase("adminapi");
    pooler =
        TestPooler.before(
            direct,
            "transaction",
            "default_pool_size = 1",
            "[nodes]",
            "pg1 = host=%s port=%d".formatted(direct.endpoint().host(), direct.endpoint().port()),
            "[routing]",
            "monitor_user = postgres",
            "[http]",
            "listen = 127.0.0.1:0",
            "token = " + TOKEN);
    database = pooler.target(direct);
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private HttpRequest.Builder request(String path) {
    int port = pooler.pooler().httpPort().orElseThrow();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path) throws IOException, InterruptedException {
    return http.send(
        request(path)
            .header("Authorization", "Bearer " + TOKEN)
            .POST(BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private List<?> rows(String topic) throws IOException, InterruptedException {
    return JsonReader.read(get("/api/v1/" + topic).body()) instanceof List<?> list
        ? list
        : List.of();
  }

  @Test
  void a_pause_waits_for_the_transaction_and_says_so_when_it_takes_long() throws Exception {
    try (Connection client = database.connect();
        Statement statement = client.createStatement()) {
      client.setAutoCommit(false);
      statement.execute("SELECT 1");

      HttpResponse<String> begun = post("/api/v1/pause?wait=0&database=" + direct.database());
      assertThat(begun.statusCode()).isEqualTo(202);
      assertThat(begun.body()).contains("\"begun\": \"PAUSE\"");
      HttpResponse<String> again = post("/api/v1/pause?database=" + direct.database());
      client.commit();

      assertThat(again.statusCode()).isIn(200, 202);
      assertThat(get("/api/v1/databases").body()).contains("\"paused\": 1");
      assertThat(post("/api/v1/resume?database=" + direct.database()).statusCode()).isEqualTo(200);
      statement.execute("SELECT 1");
      client.commit();
    }
  }

  @Test
  void who_waits_and_who_holds_is_shown_and_the_holder_can_be_dropped() throws Exception {
    try (Connection holder = database.connect();
        Statement holding = holder.createStatement();
        Connection waiter = database.connect();
        Statement waiting = waiter.createStatement()) {
      holder.setAutoCommit(false);
      holding.execute("SELECT 1");
      CompletableFuture<Boolean> served =
          CompletableFuture.supplyAsync(() -> {
            try {
              return waiting.execute("SELECT 1");
            } catch (SQLException e) {
              throw new AssertionError(e);
            }
          });

      long id = holderId();
      assertThat(post("/api/v1/kill_client?id=" + id).statusCode()).isEqualTo(200);

      assertThat(served.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(post("/api/v1/kill_client?id=" + id).statusCode()).isEqualTo(404);
    }
  }

  private long holderId() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() - end < 0) {
      for (Object row : rows("waits")) {
        if (row instanceof Map<?, ?> wait
            && "holder".equals(wait.get("role"))
            && wait.get("id") instanceof Long id) {
          return id;
        }
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("nobody waits");
  }

  @Test
  void checks_follow_what_the_pooler_sees_of_its_nodes() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (get("/primary").statusCode() != 200 && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(50);
    }

    assertThat(get("/primary").statusCode()).isEqualTo(200);
    assertThat(get("/primary?node=pg1").body()).contains("\"role\": \"primary\"");
    assertThat(get("/replica").statusCode()).isEqualTo(503);
    assertThat(get("/read-only").statusCode()).isEqualTo(200);
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/cluster").body()).contains("\"role\": \"leader\"", "\"state\": \"running\"");
    assertThat(get("/history").body()).isEqualTo("[]\n");
  }
}
