package dev.howdah.failover.act;

import dev.howdah.topology.NodeSpec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a node lacks to be a member of a cluster. Blocking. */
public final class NodeCheckup {

  // A process that has just begun connects slowly, and there is no hurry yet.
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private NodeCheckup() {}

  /**
   * Looks.
   *
   * @return what is wrong and what to do about it, a sentence each; empty when all is well
   * @throws SQLException if the node cannot be asked
   */
  public static List<String> shortcomings(NodeSpec node, ActionSettings settings)
      throws SQLException {
    List<String> found = new ArrayList<>();
    try (NodeSession session = new NodeSession(node.endpoint(), settings.node(), CONNECT, ANSWER)) {
      int major = Integer.parseInt(session.text("SHOW server_version_num")) / 10_000;
      if (major < NodeRole.MAJOR_MIN) {
        found.add(
            "%s runs PostgreSQL %d; a cluster needs %d or newer"
                .formatted(node.name(), major, NodeRole.MAJOR_MIN));
        return found;
      }
      String walLevel = session.text("SHOW wal_level");
      if (walLevel.equals("minimal")) {
        found.add(
            "%s has wal_level = minimal, which no standby can follow; set wal_level = replica in its"
                    .formatted(node.name())
                + " postgresql.conf and restart it");
      }
      for (String setting : List.of("max_wal_senders", "max_replication_slots")) {
        if (session.text("SHOW " + setting).equals("0")) {
          found.add(
              "%s has %s = 0, so that no standby can follow it; set it to 10 and restart"
                  .formatted(node.name(), setting));
        }
      }
      checkPrivileges(node, settings, major, session, found);
    }
    return found;
  }

  private static void checkPrivileges(
      NodeSpec node, ActionSettings settings, int major, NodeSession session, List<String> found)
      throws SQLException {
    boolean superuser =
        session.truth("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user");
    if (!superuser) {
      List<String> missing = new ArrayList<>();
      for (NodeRole.Privilege privilege : NodeRole.controlling(settings.node().user(), major)) {
        if (!session.truth(privilege.question())) {
          missing.add(privilege.name());
        }
      }
      if (!missing.isEmpty()) {
        found.add(
            "%s lacks rights on %s: %s; howdah grants --print shows the statements that give them"
                .formatted(settings.node().user(), node.name(), String.join(", ", missing)));
      }
    }
    String replication =
        session.text(
            "SELECT coalesce((SELECT rolreplication OR rolsuper FROM pg_catalog.pg_roles"
                + " WHERE rolname = "
                + NodeSession.literal(settings.replicationUser())
                + "), false)");
    if (!replication.equals("t")) {
      found.add(
          "the replication_user %s is no role with the attribute REPLICATION on %s; howdah grants"
                  .formatted(settings.replicationUser(), node.name())
              + " --print shows the statements");
    }
  }
}
