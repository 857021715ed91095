package dev.howdah.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EndpointTest {

  @Test
  void a_host_that_starts_with_a_slash_is_a_socket_directory() {
    var endpoint = new Endpoint("/run/postgresql", 5432);

    assertThat(endpoint.isUnixSocket()).isTrue();
    assertThat(endpoint.socketPath()).isEqualTo("/run/postgresql/.s.PGSQL.5432");
  }

  @Test
  void ipv6_addresses_are_printed_in_brackets() {
    assertThat(new Endpoint("::1", 5432)).hasToString("[::1]:5432");
    assertThat(new Endpoint("db.example", 5432)).hasToString("db.example:5432");
  }

  @Test
  void a_port_out_of_range_is_refused() {
    assertThatThrownBy(() -> new Endpoint("db", 0)).hasMessageContaining("1 and 65535");
    assertThatThrownBy(() -> new Endpoint("db", 65536)).hasMessageContaining("1 and 65535");
  }
}
