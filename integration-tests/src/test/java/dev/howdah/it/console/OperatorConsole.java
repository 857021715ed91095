package dev.howdah.it.console;

import dev.howdah.it.fixture.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The console through pgjdbc, which speaks the extended protocol. One thread. */
public final class OperatorConsole implements AutoCloseable {
  private final Connection connection;

  private OperatorConsole(Connection connection) {
    this.connection = connection;
  }

  /** Opens the console of the pooler that {@code database} is behind. */
  public static OperatorConsole open(Target database) throws SQLException {
    return new OperatorConsole(database.in("pgbouncer").connect());
  }

  /** The connection itself. */
  public Connection connection() {
    return connection;
  }

  /** Runs a command that answers no rows. */
  public void order(String command) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  /** The rows of a SHOW, each as its columns in order. */
  public List<Map<String, String>> show(String topic) throws SQLException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW " + topic)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns; i++) {
          row.put(
              result.getMetaData().getColumnName(i),
              Optional.ofNullable(result.getString(i)).orElse(""));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** The rows of a SHOW about one database. */
  public List<Map<String, String>> show(String topic, Target database) throws SQLException {
    return show(topic).stream()
        .filter(row -> database.database().equals(row.get("database")))
        .toList();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
