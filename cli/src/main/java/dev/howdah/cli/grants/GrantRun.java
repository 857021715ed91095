package dev.howdah.cli.grants;

import dev.howdah.cli.serve.LaunchException;
import dev.howdah.failover.act.NodeRole;
import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.topology.NodeSpec;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Runs a {@link GrantScript} on the primary among some nodes. Blocking. */
public final class GrantRun {

  private static final String CONNECT_SECONDS = "5";

  private final List<NodeSpec> nodes;
  private final NodeCredentials superuser;
  private final SecureRandom random = new SecureRandom();

  /**
   * {@code superuser} may create roles and grant everything; it logs in to the script's database.
   */
  public GrantRun(List<NodeSpec> nodes, NodeCredentials superuser) {
    this.nodes = List.copyOf(nodes);
    this.superuser = superuser;
  }

  /**
   * Finds the primary and runs the statements, all or none of them.
   *
   * @param passwords of roles that are to be created, where they are known
   * @return what was done, for people
   * @throws LaunchException if there is no primary among the nodes, or more than one
   */
  public String apply(GrantScript script, Map<String, String> passwords)
      throws LaunchException, SQLException {
    List<String> notes = new ArrayList<>();
    @Nullable NodeSpec primary = null;
    for (NodeSpec node : nodes) {
      try (Connection connection = connect(node);
          Statement statement = connection.createStatement()) {
        if (text(statement, "SELECT pg_is_in_recovery()").equals("f")) {
          if (primary != null) {
            throw new LaunchException(
                "%s and %s are both out of recovery, so nothing was changed; make one of them a standby"
                    .formatted(primary.name(), node.name()));
          }
          primary = node;
        }
      } catch (SQLException e) {
        notes.add(node.name() + ": " + e.getMessage());
      }
    }
    if (primary == null) {
      throw new LaunchException(
          "no node is out of recovery and lets %s in; %s"
              .formatted(superuser.user(), String.join("; ", notes)));
    }
    try (Connection connection = connect(primary)) {
      connection.setAutoCommit(false);
      List<String> done = run(connection, script, passwords);
      connection.commit();
      return primary.name() + ": " + String.join(", ", done);
    }
  }

  private List<String> run(Connection connection, GrantScript script, Map<String, String> passwords)
      throws SQLException {
    List<String> done = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      int major = Integer.parseInt(text(statement, "SHOW server_version_num")) / 10_000;
      for (GrantScript.Part part : script.parts(major)) {
        boolean known =
            text(
                    statement,
                    "SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname = '"
                        + part.role().replace("'", "''")
                        + "'")
                .equals("1");
        for (String sql : part.statements()) {
          statement.execute(sql);
        }
        Optional<String> password = Optional.ofNullable(passwords.get(part.role()));
        if (!known && password.isPresent()) {
          statement.execute(
              "ALTER ROLE %s PASSWORD '%s'"
                  .formatted(NodeRole.quoted(part.role()), ScramSecret.of(password.get(), random)));
        }
        done.add((known ? "granted to " : "created ") + part.role());
      }
    }
    return done;
  }

  private Connection connect(NodeSpec node) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", superuser.user());
    superuser.password().ifPresent(password -> properties.setProperty("password", password));
    superuser.tls().addTo(properties);
    properties.setProperty("loginTimeout", CONNECT_SECONDS);
    properties.setProperty("connectTimeout", CONNECT_SECONDS);
    properties.setProperty("ApplicationName", "howdah grants");
    return DriverManager.getConnection(
        "jdbc:postgresql://" + node.endpoint() + "/" + superuser.database(), properties);
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
