package dev.howdah.pooler.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.config.ConfigLoader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin API of a pooler whose PostgreSQL does not exist. */
class AdminApiTest {
  private static final String TOKEN = "0123456789abcdef";

  private final HttpClient http = HttpClient.newHttpClient();
  private @TempDir Path folder;
  private Path file;
  private Pooler pooler;

  @BeforeEach
  void start() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    Path users = Files.writeString(folder.resolve("userlist.txt"), "\"app\" \"\"\n");
    file =
        Files.writeString(
            folder.resolve("howdah.ini"),
            """
            [databases]
            erp = host=127.0.0.1 port=1
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = 0
            unix_socket_dir =
            auth_type = trust
            auth_file = %s
            event_loops = 2
            [http]
            listen = 0
            token = ${file:%s}
            """
                .formatted(users, token));
    pooler = Pooler.start(ConfigLoader.load(file, _ -> null));
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + pooler.httpPort().getAsInt() + path);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer " + TOKEN)
            .POST(BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({
    "pools",
    "clients",
    "servers",
    "waits",
    "pins",
    "databases",
    "stats",
    "topology",
    "replicas",
    "config",
    "version",
    "history",
    "state",
    "users",
    "advice",
    "lists",
    "mem",
    "routing",
    "peers"
  })
  void what_the_console_shows_is_a_list_of_objects(String topic) throws Exception {
    HttpResponse<String> response = get("/api/v1/" + topic);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body()).matches("(?s)[\\[{].*[]}]\n");
  }

  @Test
  void the_index_lists_every_path_with_its_methods() throws Exception {
    assertThat(get("/api/v1").body().replaceAll("\\s+", ""))
        .contains("{\"path\":\"/api/v1/pause\",\"methods\":\"POST\"}")
        .contains("{\"path\":\"/api/v1/pools\",\"methods\":\"GET,HEAD,OPTIONS\"}");
  }

  @Test
  void numbers_are_numbers_and_no_secret_is_shown() throws Exception {
    assertThat(get("/api/v1/databases").body())
        .contains("\"name\": \"erp\"", "\"port\": 1,", "\"force_user\": null");
    assertThat(get("/api/v1/config").body()).contains("listen_port").doesNotContain(TOKEN);
  }

  @Test
  void pause_and_resume_do_what_the_console_does() throws Exception {
    HttpResponse<String> paused = post("/api/v1/pause?database=erp");

    assertThat(paused.statusCode()).isEqualTo(200);
    assertThat(paused.body()).contains("\"done\": \"PAUSE\"", "\"about\": \"erp\"");
    assertThat(get("/api/v1/databases").body()).contains("\"paused\": 1");
    assertThat(post("/api/v1/resume?database=erp").statusCode()).isEqualTo(200);
    assertThat(get("/api/v1/databases").body()).contains("\"paused\": 0");
  }

  @ParameterizedTest
  @CsvSource({
    "pause?database=nowhere, 404, no such database: nowhere",
    "resume, 409, pooler is not paused/suspended",
    "disable, 400, disable needs database=",
    "kill, 400, 'kill needs database=, or all'",
    "kill_client?id=99, 404, client not found",
    "set?key=nothing&value=1, 404, there is no key",
    "set?key=listen_port&value=1, 409, cannot be changed while the pooler runs",
    "set?key=default_pool_size&value=many, 400, default_pool_size",
    "pause?wait=99, 400, wait= takes seconds",
    "shutdown?mode=slowly, 400, invalid command"
  })
  void a_refusal_has_a_status_and_the_words_of_the_console(String path, int status, String words)
      throws Exception {
    HttpResponse<String> response = post("/api/v1/" + path);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains("\"error\": ").contains(words);
  }

  @Test
  void a_key_can_be_set_and_a_reload_takes_it_back() throws Exception {
    assertThat(post("/api/v1/set?key=default_pool_size&value=7").statusCode()).isEqualTo(200);
    assertThat(get("/api/v1/config").body()).contains("\"value\": \"7\"");

    assertThat(post("/api/v1/reload").statusCode()).isEqualTo(200);

    assertThat(get("/api/v1/config").body()).doesNotContain("\"value\": \"7\"");
  }

  @Test
  void a_reload_that_fails_names_every_problem() throws Exception {
    Files.writeString(file, "[pgbouncer]\nlisten_addr = 127.0.0.1\npool_mode = sometimes\n");

    HttpResponse<String> response = post("/api/v1/reload");

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(response.body()).contains("RELOAD failed", "sometimes", "\"hint\": ");
  }

  @Test
  void a_reload_renews_the_token() throws Exception {
    Files.writeString(folder.resolve("token"), "fedcba9876543210");

    assertThat(post("/api/v1/reload").statusCode()).isEqualTo(200);

    assertThat(post("/api/v1/reload").statusCode()).isEqualTo(401);
  }

  @Test
  void shutdown_is_answered_before_it_happens() throws Exception {
    HttpResponse<String> response = post("/api/v1/shutdown");

    assertThat(response.statusCode()).isEqualTo(202);
    pooler.stopWanted().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void events_bring_one_summary_after_the_other() throws Exception {
    HttpResponse<InputStream> response =
        http.send(
            HttpRequest.newBuilder(uri("/api/v1/events")).build(), BodyHandlers.ofInputStream());

    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).startsWith("retry: ");
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine())
          .startsWith("data: {\"version\":")
          .contains("\"state\":\"active\"", "\"pools\":[{", "\"history\":[]");
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine()).startsWith("data: {");
    }
  }

  @Test
  void asking_for_the_headers_of_the_stream_takes_no_place_in_it() throws Exception {
    for (int i = 0; i < 50; i++) {
      HttpResponse<String> head =
          http.send(
              HttpRequest.newBuilder(uri("/api/v1/events")).HEAD().build(),
              BodyHandlers.ofString());
      assertThat(head.statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"/, text/html", "/status.css, text/css", "/status.js, text/javascript"})
  void the_page_is_there_and_asks_nobody_else(String path, String type) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith(type);
    assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'");
    assertThat(response.body()).doesNotContainPattern("(src|href)=\"?https?:|url\\(");
  }
}
