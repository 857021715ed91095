package dev.howdah.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresServer.Shared.class)
class MetricsTest {
  private static final int CLIENTS = 8;
  private static final int TRANSACTIONS = 100;
  private static final int EXPECTED = CLIENTS * TRANSACTIONS;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Target direct;
  private final TestPooler pooler;
  private final Target database;

  MetricsTest(PostgresServer server) throws SQLException {
    direct = server.createDatabase("metrics");
    pooler =
        TestPooler.before(
            direct,
            "transaction",
            "default_pool_size = 3",
            "admin_users = postgres",
            "[http]",
            "listen = 127.0.0.1:0");
    database = pooler.target(direct);
  }

  @AfterEach
  void stop() {
    pooler.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    int port = pooler.pooler().httpPort().orElseThrow();
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        BodyHandlers.ofString());
  }

  /** The value of one of this pool's metrics; 0 while there is none. */
  private double metric(String name) throws IOException, InterruptedException {
    HttpResponse<String> scrape = get("/metrics");
    assertThat(scrape.statusCode()).isEqualTo(200);
    Matcher line =
        Pattern.compile(
                "^%s\\{database=\"%s\",user=\"postgres\"} (\\S+)$"
                    .formatted(name, direct.database()),
                Pattern.MULTILINE)
            .matcher(scrape.body());
    return line.find() ? Double.parseDouble(line.group(1)) : 0;
  }

  @Test
  void transactions_grow_by_what_pgbench_counted(@TempDir Path folder) throws Exception {
    // A script of our own: for its built-in ones pgbench looks at its tables first.
    Path script =
        Files.writeString(folder.resolve("script.sql"), "BEGIN;\nSELECT 1;\nSELECT 2;\nEND;\n");
    double before = metric("howdah_pool_transactions_total");
    double bucketsBefore = metric("howdah_pool_transaction_seconds_count");

    Program.Result result =
        Program.postgres("pgbench", "-n", "-f" + script, "-c" + CLIENTS, "-t" + TRANSACTIONS)
            .connectedTo(database)
            .run()
            .succeeded();

    assertThat(result.out())
        .contains("number of transactions actually processed: %d/%1$d".formatted(EXPECTED));
    assertThat(metric("howdah_pool_transactions_total") - before).isEqualTo(EXPECTED);
    assertThat(metric("howdah_pool_transaction_seconds_count") - bucketsBefore).isEqualTo(EXPECTED);
    assertThat(metric("howdah_pool_wait_seconds_count")).isPositive();
    assertThat(metric("howdah_pool_size")).isEqualTo(3);
  }

  @Test
  void readiness_ends_when_shutdown_begins() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    try (Connection client = database.connect();
        Statement statement = client.createStatement()) {
      statement.execute("SELECT 1"); // keeps the pooler alive while it waits for its clients

      Program.postgres("psql", "-Xc", "SHUTDOWN WAIT_FOR_CLIENTS")
          .connectedTo(database.in("pgbouncer"))
          .run()
          .succeeded();

      HttpResponse<String> ready = get("/readyz");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).isEqualTo("shutting down\n");
      assertThat(get("/livez").statusCode()).isEqualTo(200);
    }
  }
}
