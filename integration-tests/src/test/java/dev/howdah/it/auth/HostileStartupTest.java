package dev.howdah.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says before its first query never becomes SQL, and costs little. */
@ExtendWith(PostgresServer.Shared.class)
class HostileStartupTest {
  private final PostgresServer server;

  HostileStartupTest(PostgresServer server) {
    this.server = server;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x'); DROP TABLE precious; --",
        "x', false); DROP TABLE precious; SELECT set_config('a.b', 'c",
        "\\'); DROP TABLE precious; --",
        "\\x27); DROP TABLE precious; --",
        "$$; DROP TABLE precious; $$",
        "a;DROP TABLE precious",
        "\u00e9'; DROP TABLE precious; --\\"
      })
  void a_parameter_is_a_value_whatever_it_looks_like(String value) throws Exception {
    Target direct = server.createDatabase("hostile");
    server.local().execute(direct.database(), "CREATE TABLE precious ()");
    try (TestPooler pooler = TestPooler.before(direct, "transaction")) {
      Target pooled = pooler.target(direct);

      for (String name : new String[] {"application_name", "my.setting"}) {
        String options = "-c " + name + "=" + value.replace("\\", "\\\\").replace(" ", "\\ ");
        try (var connection = pooled.connect(Map.of("options", options));
            var row =
                connection
                    .createStatement()
                    .executeQuery("SELECT current_setting('" + name + "')")) {
          row.next();
          if (name.equals("my.setting")) {
            assertThat(row.getString(1)).isEqualTo(value);
          }
        }
      }
      for (String name : new String[] {value, "my." + value}) {
        String options = "-c " + name.replace("\\", "\\\\").replace(" ", "\\ ") + "=1";
        assertThat(Refusals.of(pooled, Map.of("options", options))).isNotEqualTo("in");
      }

      assertThat(Refusals.ask(pooled, "SELECT count(*) FROM pg_class WHERE relname = 'precious'"))
          .isEqualTo("1");
    }
  }

  @Test
  void a_startup_packet_that_is_too_long_is_refused_before_it_is_read() throws Exception {
    Target direct = server.createDatabase("hostile");
    try (TestPooler pooler = TestPooler.before(direct, "transaction")) {
      Target pooled = pooler.target(direct);

      assertThat(said(pooled, head(Integer.MAX_VALUE))).contains("08P01");
      assertThat(said(pooled, head(10_005))).contains("08P01");
      assertThat(Refusals.of(pooled)).isEqualTo("in");
    }
  }

  private static byte[] head(int length) {
    return ByteBuffer.allocate(8).putInt(length).putInt(196608).array();
  }

  @Test
  void a_password_that_is_too_long_is_refused_before_it_is_read() throws Exception {
    Target direct = server.createDatabase("hostile");
    try (TestPooler pooler = TestPooler.before(direct, "transaction", "auth_type = plain")) {
      var packet = new ByteArrayOutputStream();
      var out = new DataOutputStream(packet);
      byte[] parameters =
          ("user\0postgres\0database\0" + direct.database() + "\0\0")
              .getBytes(StandardCharsets.UTF_8);
      out.writeInt(8 + parameters.length);
      out.writeInt(196608);
      out.write(parameters);
      out.writeByte('p');
      out.writeInt(1 << 30);

      assertThat(said(pooler.target(direct), packet.toByteArray())).contains("08P01");
    }
  }

  /** All that is answered until the connection is closed. */
  private static String said(Target target, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(target.endpoint().host(), target.endpoint().port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes);
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
