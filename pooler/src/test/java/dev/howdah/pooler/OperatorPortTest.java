package dev.howdah.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.LoadedConfig;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP port of a pooler whose PostgreSQL does not exist. */
class OperatorPortTest {
  private static final Path MANUAL = Path.of("..", "docs", "metrics.md");
  private static final Pattern DOCUMENTED = Pattern.compile("\\| `([a-z_0-9]+)` \\| (\\w+) \\|.*");
  private static final Pattern OF_A_CLUSTER =
      Pattern.compile("howdah_(cluster|node|store|write_lease)_.*");
  private static final Pattern EXPORTED = Pattern.compile("# TYPE (\\S+) (\\w+)");

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  private Pooler start(String lines) throws ConfigException, IOException {
    return Pooler.start(config(lines));
  }

  private LoadedConfig config(String lines) throws ConfigException, IOException {
    Path users = Files.writeString(folder.resolve("userlist.txt"), "\"app\" \"\"\n");
    Path file =
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
            %s
            """
                .formatted(users, lines));
    return ConfigLoader.load(file, _ -> null);
  }

  private HttpResponse<String> send(Pooler pooler, String method, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + pooler.httpPort().getAsInt() + path);
    return http.send(
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private String get(Pooler pooler, String path) throws Exception {
    HttpResponse<String> response = send(pooler, "GET", path);
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  /** A client that the pooler refuses, since no server is there. */
  private static void tryToLogIn(Pooler pooler) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), pooler.port())) {
      byte[] parameters = "user\0app\0database\0erp\0\0".getBytes(StandardCharsets.US_ASCII);
      var out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(8 + parameters.length);
      out.writeInt(3 << 16);
      out.write(parameters);
      out.flush();
      socket.getInputStream().readAllBytes();
    }
  }

  @Test
  void without_the_section_there_is_no_port() throws Exception {
    try (Pooler pooler = start("")) {
      assertThat(pooler.httpPort()).isEmpty();
    }
  }

  @Test
  void a_pooler_that_runs_is_live_and_ready() throws Exception {
    try (Pooler pooler = start("[http]\nlisten = 0")) {
      assertThat(get(pooler, "/livez")).isEqualTo("live\n");
      assertThat(get(pooler, "/readyz")).isEqualTo("ready\n");
    }
  }

  @Test
  void other_paths_and_methods_are_refused() throws Exception {
    try (Pooler pooler = start("[http]\nlisten = 0")) {
      assertThat(send(pooler, "GET", "/nothing").statusCode()).isEqualTo(404);
      assertThat(send(pooler, "GET", "/metrics/").statusCode()).isEqualTo(404);
      HttpResponse<String> posted = send(pooler, "POST", "/metrics");
      assertThat(posted.statusCode()).isEqualTo(405);
      assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
      HttpResponse<String> head = send(pooler, "HEAD", "/metrics");
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isPositive();
    }
  }

  @Test
  void a_refused_login_is_counted_by_its_sqlstate() throws Exception {
    try (Pooler pooler = start("[http]\nlisten = 127.0.0.1:0")) {
      tryToLogIn(pooler);

      assertThat(get(pooler, "/metrics"))
          .contains("howdah_logins_refused_total{sqlstate=\"08006\"} 1.0\n")
          .contains("howdah_client_errors_total{sqlstate=\"08006\"} 1.0\n")
          .contains("howdah_logins_accepted_total 0.0\n")
          .contains("howdah_pool_server_failures_total{database=\"erp\",user=\"app\"} 1.0\n")
          .contains("howdah_pool_size{database=\"erp\",user=\"app\"} 20.0\n")
          .contains("howdah_client_connections 0.0\n")
          .contains("howdah_client_connections_max 100.0\n");
    }
  }

  @Test
  void the_manual_lists_what_is_exported() throws Exception {
    Set<String> documented = new TreeSet<>();
    for (String line : Files.readAllLines(MANUAL)) {
      Matcher row = DOCUMENTED.matcher(line);
      if (row.matches()) {
        assertThat(documented.add(row.group(1) + " " + row.group(2))).as(line).isTrue();
      }
    }
    Set<String> exported = new TreeSet<>();
    try (Pooler pooler = start("[http]\nlisten = 0")) {
      tryToLogIn(pooler);
      Matcher type = EXPORTED.matcher(get(pooler, "/metrics"));
      while (type.find()) {
        exported.add(type.group(1) + " " + type.group(2));
      }
    }

    assertThat(documented).containsAll(exported);
    // What the Java runtime tells depends on its collector and on what happened so far.
    documented.removeIf(metric -> metric.startsWith("jvm_gc_"));
    // A handshake that has not happened has no version and no cipher to be counted by.
    documented.remove("howdah_tls_handshakes_total counter");
    documented.removeIf(metric -> metric.startsWith("howdah_replica_")); // there are no [nodes]
    documented.removeIf(OF_A_CLUSTER.asMatchPredicate()); // there is no [cluster]
    assertThat(exported).containsAll(documented);
  }

  @Test
  void a_port_that_is_taken_is_named_with_its_key() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String listen = "127.0.0.1:" + taken.getLocalPort();

      assertThatThrownBy(() -> start("[http]\nlisten = " + listen).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("[http] listen = " + listen)
          .hasMessageContaining("in use");
    }
  }
}
