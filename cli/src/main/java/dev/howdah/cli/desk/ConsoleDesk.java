package dev.howdah.cli.desk;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The admin console of a pooler, see docs/console.md. One connection, opened at the first use. */
final class ConsoleDesk implements PoolerDesk {
  private static final String DATABASE = "pgbouncer";
  private static final String TIMEOUT_SECONDS = "5";

  /**
   * The driver warns of a server whose version it does not know; held, or its level is forgotten.
   */
  private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

  static {
    DRIVER_LOG.setLevel(Level.OFF);
  }

  private final String who;
  private final String url;
  private final Properties properties;
  private @Nullable Connection connection;

  private ConsoleDesk(String who, String url, Properties properties) {
    this.who = who;
    this.url = url;
    this.properties = properties;
  }

  /** Over the Unix-domain socket, where the operating system tells who we are. */
  static ConsoleDesk overUnixSocket(Path directory, int port, String user, String password) {
    Path socket = directory.resolve(".s.PGSQL." + port);
    Properties properties = properties(user, password);
    properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
    properties.setProperty("socketFactoryArg", socket.toString());
    properties.setProperty("sslmode", "disable");
    return new ConsoleDesk(
        "console " + socket + " as " + user,
        "jdbc:postgresql://localhost:" + port + "/" + DATABASE,
        properties);
  }

  /** Over TCP, encrypted if the pooler can. */
  static ConsoleDesk overTcp(String host, int port, String user, String password) {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return new ConsoleDesk(
        "console " + shown + ":" + port + " as " + user,
        "jdbc:postgresql://" + shown + ":" + port + "/" + DATABASE,
        properties(user, password));
  }

  private static Properties properties(String user, String password) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("connectTimeout", TIMEOUT_SECONDS);
    properties.setProperty("ApplicationName", "howdah");
    return properties;
  }

  @Override
  public String who() {
    return who;
  }

  @Override
  public List<Row> show(String topic) throws IOException {
    try (Statement statement = connection().createStatement();
        ResultSet answer = statement.executeQuery("SHOW " + topic.toUpperCase(Locale.ROOT))) {
      List<Row> rows = new ArrayList<>();
      int columns = answer.getMetaData().getColumnCount();
      while (answer.next()) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 1; i <= columns; i++) {
          values.put(answer.getMetaData().getColumnLabel(i), plain(answer.getObject(i)));
        }
        rows.add(new Row(values));
      }
      return rows;
    } catch (SQLException e) {
      throw translated(e);
    }
  }

  /** Numbers as the admin API has them. */
  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof Number number ? (Object) number.longValue() : value;
  }

  @Override
  public List<String> order(String verb, String argument) throws IOException {
    String quoted = argument.isEmpty() ? "" : " \"" + argument.replace("\"", "\"\"") + "\"";
    try (Statement statement = connection().createStatement()) {
      statement.execute(verb.toUpperCase(Locale.ROOT) + quoted);
      List<String> sentences = new ArrayList<>();
      for (SQLWarning notice = statement.getWarnings();
          notice != null;
          notice = notice.getNextWarning()) {
        sentences.add(notice.getMessage());
      }
      return sentences;
    } catch (SQLException e) {
      throw translated(e);
    }
  }

  private Connection connection() throws SQLException {
    Connection present = connection;
    if (present == null || present.isClosed()) {
      present = DriverManager.getConnection(url, properties);
      connection = present;
    }
    return present;
  }

  private IOException translated(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    String message = String.valueOf(e.getMessage());
    if (state.startsWith("28") || state.equals("42501")) {
      return new DeskException(message, true);
    }
    return state.startsWith("08") || state.startsWith("57P")
        ? new IOException(message, e)
        : new DeskException(message, false);
  }

  @Override
  public void close() {
    Connection present = connection;
    connection = null;
    if (present != null) {
      try {
        present.close();
      } catch (SQLException e) {
        // It is gone either way.
      }
    }
  }
}
