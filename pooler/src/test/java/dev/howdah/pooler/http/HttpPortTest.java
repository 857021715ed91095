package dev.howdah.pooler.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.config.HttpConfig.ReadAccess;
import dev.howdah.pooler.config.TlsMaterial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpPortTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final HttpConfig OPEN = new HttpConfig("127.0.0.1", 0);

  private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> send(HttpPort port, String method, String path, String... headers)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + path))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpConfig config(String token, ReadAccess access) {
    Optional<String> secret = Optional.of(token).filter(text -> !text.isEmpty());
    return new HttpConfig("127.0.0.1", 0, secret, access, TlsMaterial.NONE);
  }

  private static HttpPort pages(HttpConfig config) throws IOException {
    Page done = request -> Answer.of(200, request.method() + " " + request.parameters());
    return HttpPort.open(
        () -> config,
        Map.of("/open", Route.open(done), "/read", Route.read(done), "/do", Route.order(done)));
  }

  private static String basic(String password) {
    byte[] pair = ("anybody:" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Test
  void a_page_that_fails_is_answered_without_details() throws Exception {
    Page broken =
        _ -> {
          throw new IllegalStateException("a secret");
        };
    try (HttpPort port =
        HttpPort.open(() -> new HttpConfig("*", 0), Map.of("/broken", Route.open(broken)))) {
      HttpResponse<String> response = send(port, "GET", "/broken");

      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).doesNotContain("secret");
    }
  }

  @Test
  void an_answer_comes_as_plain_text_with_its_status() throws Exception {
    Route page = Route.open(_ -> Answer.of(503, "not now"));
    try (HttpPort port = HttpPort.open(() -> OPEN, Map.of("/", page))) {
      HttpResponse<String> response = send(port, "GET", "/?because=1");

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).isEqualTo("not now\n");
      assertThat(response.headers().firstValue("Content-Type"))
          .contains("text/plain; charset=utf-8");
    }
  }

  @Test
  void what_is_not_there_is_404_with_a_hint() throws Exception {
    try (HttpPort port = pages(OPEN)) {
      HttpResponse<String> response = send(port, "GET", "/nothing");

      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body())
          .contains("\"error\": \"there is nothing here\"")
          .contains("GET /api/v1 lists what there is.");
    }
  }

  @Test
  void the_wrong_method_is_405_with_the_right_ones() throws Exception {
    try (HttpPort port = pages(config(TOKEN, ReadAccess.OPEN))) {
      assertThat(send(port, "GET", "/do").headers().firstValue("Allow")).contains("POST");
      HttpResponse<String> posted = send(port, "POST", "/open");
      assertThat(posted.statusCode()).isEqualTo(405);
      assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
      assertThat(send(port, "OPTIONS", "/open").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void orders_need_the_token_as_a_bearer_token() throws Exception {
    try (HttpPort port = pages(config(TOKEN, ReadAccess.OPEN))) {
      assertThat(send(port, "POST", "/do?a=1", "Authorization", "Bearer " + TOKEN).body())
          .isEqualTo("POST {a=1}\n");
      HttpResponse<String> nothingShown = send(port, "POST", "/do");
      assertThat(nothingShown.statusCode()).isEqualTo(401);
      assertThat(nothingShown.body()).contains("this needs the token");
      assertThat(nothingShown.headers().firstValue("WWW-Authenticate"))
          .contains("Bearer realm=\"howdah\"");
      assertThat(send(port, "POST", "/do", "Authorization", "Bearer 0").body())
          .contains("this is not the token");
      // What a browser remembers, another site may make it send.
      assertThat(send(port, "POST", "/do", "Authorization", basic(TOKEN)).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void without_a_token_in_the_configuration_nobody_gives_orders() throws Exception {
    try (HttpPort port = pages(OPEN)) {
      HttpResponse<String> response = send(port, "POST", "/do", "Authorization", "Bearer ");

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body()).contains("Set token in [http]");
    }
  }

  @Test
  void looking_may_need_the_token_but_checks_never_do() throws Exception {
    try (HttpPort port = pages(config(TOKEN, ReadAccess.TOKEN))) {
      assertThat(send(port, "GET", "/open").statusCode()).isEqualTo(200);
      HttpResponse<String> refused = send(port, "GET", "/read");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic ");
      assertThat(send(port, "GET", "/read", "Authorization", "Bearer " + TOKEN).statusCode())
          .isEqualTo(200);
      assertThat(send(port, "GET", "/read", "Authorization", basic(TOKEN)).statusCode())
          .isEqualTo(200);
      assertThat(send(port, "GET", "/read", "Authorization", basic("")).statusCode())
          .isEqualTo(401);
      assertThat(send(port, "GET", "/read", "Authorization", "Basic !").statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void a_form_in_the_body_counts_as_parameters() throws Exception {
    try (HttpPort port = pages(config(TOKEN, ReadAccess.OPEN))) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + "/do"))
              .header("Authorization", "bearer " + TOKEN)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString("database=my%20db"))
              .build();

      assertThat(http.send(request, BodyHandlers.ofString()).body())
          .isEqualTo("POST {database=my db}\n");
    }
  }

  @Test
  void parameters_that_cannot_be_read_are_400() throws Exception {
    try (HttpPort port = pages(OPEN);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.port())) {
      socket
          .getOutputStream()
          .write("GET /open?a=%ff%zz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void a_host_that_does_not_exist_is_named_with_its_key() {
    HttpConfig nowhere = new HttpConfig("nowhere.invalid", 1);

    assertThatThrownBy(() -> HttpPort.open(() -> nowhere, Map.of()).close())
        .isInstanceOf(IOException.class)
        .hasMessage("[http] listen = nowhere.invalid:1: no such host");
  }
}
