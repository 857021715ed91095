package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConfigTest {
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
}
