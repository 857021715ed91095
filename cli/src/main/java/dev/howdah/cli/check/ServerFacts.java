package dev.howdah.cli.check;

import dev.howdah.cli.desk.UnixSocketFactory;
import dev.howdah.topology.Endpoint;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * What a PostgreSQL server says about its connections.
 *
 * @param version such as 17.2
 * @param maxConnections its setting
 * @param reserved of those, how many others may not use: {@code superuser_reserved_connections} and
 *     {@code reserved_connections}
 * @param inRecovery whether it is a standby
 */
public record ServerFacts(String version, int maxConnections, int reserved, boolean inRecovery) {
  private static final String TIMEOUT_SECONDS = "5";
  private static final String QUESTION =
      "SELECT current_setting('server_version'), current_setting('max_connections')::int,"
          + " current_setting('superuser_reserved_connections')::int"
          + " + coalesce(current_setting('reserved_connections', true), '0')::int,"
          + " pg_is_in_recovery()";

  /**
   * Asks a server.
   *
   * @throws SQLException if it cannot be asked
   */
  public static ServerFacts ask(Endpoint server, String database, String user, String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", TIMEOUT_SECONDS);
    properties.setProperty("socketTimeout", TIMEOUT_SECONDS);
    properties.setProperty("ApplicationName", "howdah check");
    String host = server.host();
    if (server.isUnixSocket()) {
      properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
      properties.setProperty("socketFactoryArg", server.socketPath());
      properties.setProperty("sslmode", "disable");
      host = "localhost";
    }
    String shown = host.contains(":") ? "[" + host + "]" : host;
    String url = "jdbc:postgresql://" + shown + ":" + server.port() + "/" + database;
    try (Connection connection = DriverManager.getConnection(url, properties);
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(QUESTION)) {
      answer.next();
      return new ServerFacts(
          answer.getString(1), answer.getInt(2), answer.getInt(3), answer.getBoolean(4));
    }
  }

  /** How many connections poolers may have. */
  public int free() {
    return maxConnections - reserved;
  }
}
