package dev.howdah.cli.grants;

import dev.howdah.failover.act.NodeRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The statements that give roles what they need, and no more.
 *
 * @param node the role that watches, promotes and fences
 * @param watching a role that only watches, if there is one of its own
 * @param replication the role that standbys log in as
 * @param database where {@code node} logs in, and so where functions are granted
 */
public record GrantScript(
    String node, Optional<String> watching, String replication, String database) {

  /** A role with what it is for, and the statements that make it fit for that. */
  public record Part(String role, String purpose, List<String> statements) {

    public Part {
      statements = List.copyOf(statements);
    }
  }

  /**
   * Role by role.
   *
   * @param major version of the nodes
   */
  public List<Part> parts(int major) {
    List<Part> parts = new ArrayList<>();
    parts.add(part(node, "watches, promotes and fences", NodeRole.controlling(node, major)));
    watching.ifPresent(
        role -> parts.add(part(role, "watches for routing", NodeRole.watching(role))));
    parts.add(
        part(
            replication,
            "standbys log in as it; the functions are for pg_rewind in a rejoin_command",
            NodeRole.replicating(replication)));
    return parts;
  }

  private static Part part(String role, String purpose, List<NodeRole.Privilege> privileges) {
    List<String> statements = new ArrayList<>();
    statements.add(
        "DO $$ BEGIN CREATE ROLE "
            + NodeRole.quoted(role)
            + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    privileges.forEach(privilege -> statements.add(privilege.statement()));
    return new Part(role, purpose, statements);
  }

  /** For psql, with comments. */
  public String text(int major) {
    StringBuilder text = new StringBuilder();
    text.append("-- PostgreSQL ")
        .append(major)
        .append(". To be run as a superuser on the primary, in the database ")
        .append(database)
        .append(".\n");
    if (major < 15) {
      text.append("-- ALTER SYSTEM cannot be granted before PostgreSQL 15: promoting and")
          .append(" re-pointing needs a superuser there.\n");
    }
    for (Part part : parts(major)) {
      text.append("\n-- ").append(part.role()).append(": ").append(part.purpose()).append(".\n");
      part.statements().forEach(statement -> text.append(statement).append(";\n"));
      text.append("-- Set its password with \\password ").append(part.role()).append('\n');
    }
    return text.toString();
  }
}
