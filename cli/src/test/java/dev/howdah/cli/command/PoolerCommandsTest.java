package dev.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.serve.DirectConnections;
import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.config.ConfigLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Commands that ask a running pooler, whose PostgreSQL does not exist. */
class PoolerCommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private @TempDir Path folder;
  private Path file;
  private int httpPort;
  private int port;
  private Pooler pooler;

  @BeforeEach
  void start() throws Exception {
    httpPort = freePort();
    port = freePort();
    Files.writeString(folder.resolve("users"), "\"boss\" \"\"\n");
    file =
        write("howdah.ini", "[http]\nlisten = %d\ntoken = 0123456789abcdef\n".formatted(httpPort));
    pooler = Pooler.start(ConfigLoader.load(file, _ -> null));
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path write(String name, String more) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        [databases]
        erp = host=127.0.0.1 port=1
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir = %s
        auth_type = trust
        auth_file = %s
        admin_users = boss
        event_loops = 1
        %s
        """
            .formatted(port, folder, folder.resolve("users"), more));
  }

  private int howdah(String... arguments) {
    var stop = new StopSignal();
    stop.finish(ExitCode.OK);
    CommandLine line = HowdahCommand.commandLine(new DirectConnections(), stop);
    return line.setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }

  @Test
  void pools_come_from_the_admin_api_and_it_says_so() {
    assertThat(howdah("pools", "--all", "-c", file.toString())).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .isEqualTo(
            """
            DATABASE   USER       MODE       IN USE  SIZE  SERVERS  OPENING  CLIENTS  WAITING  LONGEST WAIT  HOLD
            pgbouncer  pgbouncer  statement       0     2        0        0        0        0          0 ms  none

            (admin API http://127.0.0.1:%d)
            """
                .formatted(httpPort));
  }

  @Test
  void the_keys_of_json_stay_as_they_are() {
    assertThat(howdah("pools", "--all", "-c", file.toString(), "-o", "json"))
        .isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .isEqualTo(
            """
            [
              {
                "database": "pgbouncer",
                "user": "pgbouncer",
                "pool_mode": "statement",
                "sv_active": 0,
                "pool_size": 2,
                "servers": 0,
                "sv_idle": 0,
                "sv_used": 0,
                "sv_tested": 0,
                "sv_login": 0,
                "cl_active": 0,
                "cl_waiting": 0,
                "longest_wait_us": 0,
                "hold": "none"
              }
            ]
            """);
  }

  @Test
  void api_and_console_give_scripts_the_same() throws Exception {
    Path other = write("other.ini", "unix_socket_dir =\n");
    howdah("pools", "--all", "-c", file.toString(), "-o", "yaml");
    String api = out.toString();
    out.getBuffer().setLength(0);

    howdah("pools", "--all", "-c", other.toString(), "-o", "yaml");

    assertThat(out.toString().replaceFirst("cl_active: 1", "cl_active: 0")).isEqualTo(api);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pools", "clients", "servers", "waits", "pins"})
  void nothing_to_list_is_an_empty_list_for_scripts(String command) {
    assertThat(howdah(command, "-d", "erp", "-c", file.toString(), "-o", "json"))
        .isEqualTo(ExitCode.OK);

    assertThat(out.toString()).isEqualTo("[]\n");
  }

  @Test
  void without_an_api_the_console_is_asked_over_its_socket() throws Exception {
    Path other = write("other.ini", "");

    assertThat(howdah("clients", "-c", other.toString(), "-U", "boss")).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .contains("(console " + folder + "/.s.PGSQL." + port + " as boss)")
        .contains("pgbouncer  boss");
  }

  @Test
  void without_a_socket_the_console_is_asked_over_tcp() throws Exception {
    Path other = write("other.ini", "unix_socket_dir =\n");

    assertThat(howdah("reload", "-c", other.toString())).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .isEqualTo(
            """
            reloaded  yes, by the console 127.0.0.1:%d as boss
            warnings  none
            """
                .formatted(port));
  }

  @Test
  void a_reload_that_fails_says_what_is_wrong_and_ends_with_4() throws Exception {
    Path copy = Files.copy(file, folder.resolve("copy.ini"));
    Files.writeString(file, "[pgbouncer]\npool_mode = sometimes\n");

    assertThat(howdah("reload", "-c", copy.toString())).isEqualTo(ExitCode.REFUSED);

    assertThat(errors.toString())
        .contains("RELOAD failed", "pool_mode = sometimes", "RELOAD again");
  }

  @Test
  void nobody_there_names_everybody_who_was_tried_and_ends_with_3() {
    pooler.close();

    assertThat(howdah("pools", "-c", file.toString())).isEqualTo(ExitCode.UNREACHABLE);

    assertThat(errors.toString())
        .startsWith("howdah: no pooler answers:\n  admin API http://127.0.0.1:" + httpPort)
        .contains("console 127.0.0.1:" + port + " as boss: ");
  }

  @Test
  void an_order_without_the_token_ends_with_3_and_says_what_is_missing() {
    String url = "http://127.0.0.1:" + httpPort;

    assertThat(howdah("pins", "--url", url)).isEqualTo(ExitCode.OK);
    assertThat(howdah("reload", "--url", url)).isEqualTo(ExitCode.UNREACHABLE);

    assertThat(errors.toString()).contains("this needs the token", "Authorization: Bearer TOKEN");
    assertThat(howdah("reload", "--url", url, "-c", file.toString())).isEqualTo(ExitCode.OK);
  }

  @Test
  void a_configuration_that_cannot_be_used_ends_with_1() {
    assertThat(howdah("pools", "-c", folder.resolve("nothing.ini").toString()))
        .isEqualTo(ExitCode.FAILURE);

    assertThat(errors.toString())
        .contains("the configuration cannot be used")
        .contains("no such file");
  }

  @Test
  void top_prints_one_screen_without_a_terminal() {
    assertThat(howdah("top", "--once", "-s", "0.1", "-c", file.toString())).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .startsWith("howdah top  admin API http://127.0.0.1:" + httpPort + "  active  ")
        .contains("waiting 0", "(none)");
  }

  @Test
  void top_without_a_terminal_says_what_to_use_instead() {
    assertThat(howdah("top", "-c", file.toString())).isEqualTo(ExitCode.USAGE);

    assertThat(errors.toString()).contains("top needs a terminal").contains("top --once");
  }
}
