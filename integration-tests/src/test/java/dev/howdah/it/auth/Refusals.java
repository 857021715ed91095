package dev.howdah.it.auth;

import dev.howdah.it.fixture.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/** Tries to log in, for tests that look at what comes of it. */
final class Refusals {
  private Refusals() {}

  /** The first column of the first row. */
  static String ask(Target target, String sql) throws SQLException {
    try (Connection connection = target.connect();
        ResultSet row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** SQLSTATE and message of a refused login; {@code in} when it was not refused. */
  static String of(Target target) {
    return of(target, Map.of());
  }

  static String of(Target target, Map<String, String> options) {
    try (Connection connection = target.connect(options)) {
      return connection.isValid(10) ? "in" : "in, but not working";
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return e.getSQLState() + " " + message;
    }
  }
}
