package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConfigTest {
  private static final String HEAD = "[pgbouncer]\n[http]\n";

  private ConfigFixture fixture;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    fixture = new ConfigFixture(directory);
  }

  @Test
  void there_is_a_port_only_with_the_section() throws ConfigException {
    assertThat(fixture.config("[pgbouncer]\n").http()).isEmpty();
    assertThat(fixture.config("[pgbouncer]\n[http]\n").http())
        .contains(new HttpConfig("127.0.0.1", 8432));
  }

  @ParameterizedTest
  @CsvSource({
    "9187, 127.0.0.1, 9187",
    "0, 127.0.0.1, 0",
    "10.0.0.7:8432, 10.0.0.7, 8432",
    "metrics.example:1, metrics.example, 1",
    "*:8432, *, 8432",
    "[::1]:8432, ::1, 8432"
  })
  void an_address_is_a_port_or_a_host_and_a_port(String text, String host, int port)
      throws ConfigException {
    assertThat(fixture.config("[pgbouncer]\n[http]\nlisten = " + text + "\n").http())
        .contains(new HttpConfig(host, port));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, is no address; write address:port",
    "::1:8432, is no address; write address:port",
    "127.0.0.1:65536, has a port that is too large; at most 65535",
    "-1, is no address; write address:port"
  })
  void what_is_no_address_is_refused(String text, String complaint) {
    assertThat(fixture.problems("[pgbouncer]\n[http]\nlisten = " + text + "\n"))
        .singleElement()
        .asString()
        .contains(":3: listen = " + text + ": " + complaint);
  }

  @Test
  void other_keys_are_refused() {
    assertThat(fixture.problems("[pgbouncer]\n[http]\nlisten_port = 8432\n"))
        .singleElement()
        .asString()
        .contains("there is no such key in [http]; the key is listen, which takes address:port");
  }

  @Test
  void an_address_is_written_as_it_is_read() {
    for (String text : new String[] {"127.0.0.1:8432", "[::1]:1", "*:0"}) {
      assertThat(HttpConfig.parse(text).toString()).isEqualTo(text);
    }
  }

  @Test
  void a_token_comes_from_a_file_and_is_never_shown() throws ConfigException {
    fixture.write("token", "0123456789abcdef\n");

    HttpConfig http =
        fixture
            .config(HEAD + "token = ${file:" + fixture.file("token") + "}\nread_access = token\n")
            .http()
            .orElseThrow();

    assertThat(http.token()).contains("0123456789abcdef");
    assertThat(http.readAccess()).isEqualTo(HttpConfig.ReadAccess.TOKEN);
    assertThat(http.toString()).doesNotContain("0123456789abcdef");
  }

  @ParameterizedTest
  @CsvSource({
    "token = secret, is too short; at least 16 characters",
    "token = 0123456789 abcdef, holds blanks or characters that are not ASCII",
    "read_access = token, needs a token; set token, or write open",
    "read_access = nobody, 'is unknown; write one of open, token'",
    "tls_key_file = /dev/null, needs tls_cert_file as well",
    "tls_cert_file = /dev/null, needs tls_key_file as well"
  })
  void what_would_not_protect_anything_is_refused(String line, String complaint) {
    assertThat(fixture.problems(HEAD + line + "\n"))
        .singleElement()
        .asString()
        .contains(complaint)
        .doesNotContain("0123456789 abcdef");
  }

  @Test
  void a_token_in_plain_text_over_the_network_is_a_warning() throws ConfigException {
    String token = "token = 0123456789abcdef\n";

    assertThat(fixture.load(HEAD + "listen = 10.0.0.7:8432\n" + token).warnings())
        .anyMatch(warning -> warning.contains("the token of [http] travels in plain text"));
    assertThat(fixture.load(HEAD + "listen = 8432\n" + token).warnings())
        .noneMatch(warning -> warning.contains("[http]"));
  }
}
