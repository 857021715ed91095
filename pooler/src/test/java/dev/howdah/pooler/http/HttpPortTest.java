package dev.howdah.pooler.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.http.Page.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpPortTest {

  private static HttpResponse<String> get(HttpPort port, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + path)).build(),
            BodyHandlers.ofString());
  }

  @Test
  void a_page_that_fails_is_answered_without_details() throws Exception {
    Page broken =
        () -> {
          throw new IllegalStateException("a secret");
        };
    try (HttpPort port = HttpPort.open(new HttpConfig("*", 0), Map.of("/broken", broken))) {
      HttpResponse<String> response = get(port, "/broken");

      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).doesNotContain("secret");
    }
  }

  @Test
  void an_answer_comes_as_plain_text_with_its_status() throws Exception {
    try (HttpPort port =
        HttpPort.open(
            new HttpConfig("127.0.0.1", 0), Map.of("/", () -> Answer.of(503, "not now")))) {
      HttpResponse<String> response = get(port, "/?because=1");

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).isEqualTo("not now\n");
      assertThat(response.headers().firstValue("Content-Type"))
          .contains("text/plain; charset=utf-8");
    }
  }

  @Test
  void a_host_that_does_not_exist_is_named_with_its_key() {
    assertThatThrownBy(() -> HttpPort.open(new HttpConfig("nowhere.invalid", 1), Map.of()).close())
        .isInstanceOf(IOException.class)
        .hasMessage("[http] listen = nowhere.invalid:1: no such host");
  }
}
