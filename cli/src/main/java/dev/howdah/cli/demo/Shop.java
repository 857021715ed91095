package dev.howdah.cli.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** A shop in two tables: how much of each product is left, and who ordered what. */
final class Shop {

  static final String DATABASE = "shop";
  static final String USER = "shop";
  static final int PRODUCTS = 1_000;

  private Shop() {}

  /** Makes database, role and tables. */
  static void open(Connection superuser) throws SQLException {
    try (Statement statement = superuser.createStatement()) {
      statement.execute("CREATE ROLE " + USER + " LOGIN");
      statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + USER);
    }
  }

  /** Fills the shelves; as the shop's own user in its own database. */
  static void stock(Connection owner) throws SQLException {
    try (Statement statement = owner.createStatement()) {
      statement.execute(
          "CREATE TABLE stock (product int PRIMARY KEY, sold bigint NOT NULL DEFAULT 0)"
              + " WITH (fillfactor = 50)");
      statement.execute(
          "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
              + " customer int NOT NULL, product int NOT NULL REFERENCES stock,"
              + " placed_at timestamptz NOT NULL DEFAULT now())");
      statement.execute(
          "INSERT INTO stock (product) SELECT generate_series(0, " + (PRODUCTS - 1) + ")");
    }
  }

  /**
   * Connects as a client of a transaction pooler must: without named prepared statements, which
   * stay behind on one server connection.
   */
  static Connection connect(String url, String application) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("prepareThreshold", "0");
    properties.setProperty("preparedStatementCacheQueries", "0");
    properties.setProperty("ApplicationName", application);
    properties.setProperty("connectTimeout", "30");
    properties.setProperty("socketTimeout", "60");
    return DriverManager.getConnection(url, properties);
  }

  /** Looks at the shelf. First statement of the transaction, so it also waits for a server. */
  static long readSold(Connection connection, int product) throws SQLException {
    try (PreparedStatement read =
        connection.prepareStatement("SELECT sold FROM stock WHERE product = ?")) {
      read.setInt(1, product);
      try (ResultSet row = read.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Takes one from the shelf and writes the order; the caller commits. */
  static void order(Connection connection, int customer, int product) throws SQLException {
    try (PreparedStatement take =
        connection.prepareStatement("UPDATE stock SET sold = sold + 1 WHERE product = ?")) {
      take.setInt(1, product);
      take.executeUpdate();
    }
    try (PreparedStatement note =
        connection.prepareStatement("INSERT INTO orders (customer, product) VALUES (?, ?)")) {
      note.setInt(1, customer);
      note.setInt(2, product);
      note.executeUpdate();
    }
  }

  /**
   * The books of the shop as one node shows them.
   *
   * @param orders rows in the order book
   * @param sold products missing from the shelves
   */
  record Books(long orders, long sold) {

    static Books read(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT (SELECT count(*) FROM orders), (SELECT sum(sold) FROM stock)")) {
        row.next();
        return new Books(row.getLong(1), row.getLong(2));
      }
    }
  }
}
