package dev.howdah.it.oracle;

import dev.howdah.it.fixture.Certificates;
import dev.howdah.it.fixture.Program;
import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.Transcript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One login by a real client library. What comes back is {@code user NAME}, or {@code error} and
 * the message in one line.
 *
 * @param bound whether the client insists on channel binding
 * @param shown the certificate to show, by its name among the files; empty for none
 */
record Login(Target target, Tls tls, boolean bound, String shown, Certificates certificates) {
  private static final Path PYTHON = Path.of("/usr/bin/python3"); // Debian's, with its packages

  /** How the connection is encrypted. */
  enum Tls {
    OFF,
    ASKED,
    /** At once, which libpq can since version 17 only. */
    DIRECT
  }

  /** By psql, that is libpq. */
  String byPsql() {
    Map<String, String> environment = new LinkedHashMap<>();
    libpq().forEach((name, value) -> environment.put(variable(name), value));
    Program.Result result =
        Program.postgres("psql", "-XAtc", "SELECT current_user").withEnvironment(environment).run();
    return result.exitCode() == 0
        ? "user " + result.out().strip()
        : "error " + result.err().strip().replaceAll("\\s+", " ");
  }

  /** By psycopg 3 or psycopg2, all in one process. */
  static List<String> byPsycopg(int version, List<Login> logins) {
    StringBuilder lines = new StringBuilder();
    for (Login login : logins) {
      lines.append('{');
      login
          .libpq()
          .forEach((name, value) ->
              lines
                  .append(lines.charAt(lines.length() - 1) == '{' ? "" : ", ")
                  .append("\"%s\": \"%s\"".formatted(name, value)));
      lines.append("}\n");
    }
    return Program.of(
            PYTHON, "python3", "-c", Transcript.resource("/python/logins.py"), "" + version)
        .withInput(lines.toString())
        .run()
        .succeeded()
        .out()
        .lines()
        .toList();
  }

  private Map<String, String> libpq() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("host", target.endpoint().host());
    all.put("port", Integer.toString(target.endpoint().port()));
    all.put("dbname", target.database());
    all.put("user", target.user());
    all.put("password", target.password());
    all.put("sslmode", tls == Tls.OFF ? "disable" : "verify-ca");
    all.put("sslrootcert", certificates.file("ca.crt").toString());
    all.put("channel_binding", bound ? "require" : "prefer");
    if (!shown.isEmpty()) {
      all.put("sslcert", certificates.file(shown + ".crt").toString());
      all.put("sslkey", certificates.file(shown + ".key").toString());
    }
    return all;
  }

  private static String variable(String parameter) {
    return switch (parameter) {
      case "dbname" -> "PGDATABASE";
      case "channel_binding" -> "PGCHANNELBINDING";
      default -> "PG" + parameter.toUpperCase(Locale.ROOT);
    };
  }

  /** By pgjdbc. */
  String byPgjdbc() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("sslmode", tls == Tls.OFF ? "disable" : "verify-ca");
    options.put("sslNegotiation", tls == Tls.DIRECT ? "direct" : "postgres");
    options.put("sslrootcert", certificates.file("ca.crt").toString());
    options.put("channelBinding", bound ? "require" : "prefer");
    if (!shown.isEmpty()) {
      options.put("sslkey", certificates.file(shown + ".p12").toString());
      options.put("sslpassword", Certificates.STORE_PASSWORD);
    }
    try (Connection connection = target.connect(options);
        ResultSet row = connection.createStatement().executeQuery("SELECT current_user")) {
      row.next();
      return "user " + row.getString(1);
    } catch (SQLException e) {
      return "error " + String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
    }
  }
}
