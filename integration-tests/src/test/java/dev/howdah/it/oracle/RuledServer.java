package dev.howdah.it.oracle;

import static org.awaitility.Awaitility.await;

import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.it.fixture.Certificates;
import dev.howdah.it.fixture.Knock;
import dev.howdah.it.fixture.PostgresServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The newest PostgreSQL we have, with TLS, whose access rules are replaced again and again while it
 * runs. One thread.
 */
final class RuledServer implements AutoCloseable {
  private final PostgresServer server;
  private final Connection superuser; // opened before the rules lock everybody out
  private final List<Path> written = new ArrayList<>();
  private int rulesLoaded;

  /** A line of a rules file that PostgreSQL does not understand, and why. */
  record Mistake(String file, int line, String error) {}

  private RuledServer(PostgresServer server, Connection superuser) {
    this.server = server;
    this.superuser = superuser;
  }

  static RuledServer start(Certificates certificates) throws Exception {
    PostgresServer server =
        PostgresServer.startEmbedded(
            PostgresOptions.defaults()
                .withSetting("listen_addresses", "127.0.0.1,::1")
                // What a user that does not exist is asked by, where the rule says md5.
                .withSetting("password_encryption", "md5"));
    certificates.installInto(server, "localhost");
    return new RuledServer(server, server.database("postgres").connect());
  }

  /** Puts the rules in place, and returns when new connections are judged by them. */
  void rule(Map<String, String> files) throws Exception {
    write(files, "local marker_" + ++rulesLoaded + " marker trust\n");
    try (Statement statement = superuser.createStatement()) {
      statement.execute("SELECT pg_reload_conf()");
    }
    Knock marker = Knock.as("marker", "marker_" + rulesLoaded).at(socket());
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> marker.answer().equals("trust"));
  }

  /** What PostgreSQL says about rules that are only written, and not put in place. */
  List<Mistake> mistakesIn(Map<String, String> files) throws Exception {
    write(files, "");
    List<Mistake> mistakes = new ArrayList<>();
    mistakes.addAll(mistakes("pg_hba_file_rules"));
    mistakes.addAll(mistakes("pg_ident_file_mappings"));
    return mistakes;
  }

  private List<Mistake> mistakes(String view) throws SQLException {
    List<Mistake> mistakes = new ArrayList<>();
    try (Statement statement = superuser.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT file_name, line_number, error FROM " + view + " WHERE error IS NOT NULL")) {
      while (rows.next()) {
        String file = String.valueOf(Path.of(rows.getString(1)).getFileName());
        mistakes.add(new Mistake(file, rows.getInt(2), rows.getString(3)));
      }
    }
    return mistakes;
  }

  private void write(Map<String, String> files, String firstLine) throws IOException {
    for (Path path : written) {
      Files.delete(path);
    }
    written.clear();
    Path data = server.local().dataDirectory();
    Files.writeString(data.resolve("pg_ident.conf"), files.getOrDefault("pg_ident.conf", ""));
    for (var file : files.entrySet()) {
      Path path = data.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      boolean isRules = file.getKey().equals("pg_hba.conf");
      Files.writeString(path, (isRules ? firstLine : "") + file.getValue());
      if (!isRules && !file.getKey().equals("pg_ident.conf")) {
        written.add(path);
      }
    }
  }

  SocketAddress socket() {
    var endpoint = server.local().socketEndpoint();
    return UnixDomainSocketAddress.of(
        Path.of(endpoint.host()).resolve(".s.PGSQL." + endpoint.port()));
  }

  SocketAddress tcp(String address) {
    return new InetSocketAddress(address, server.local().endpoint().port());
  }

  @Override
  public void close() throws SQLException {
    superuser.close();
    server.close();
  }
}
