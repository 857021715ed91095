package dev.howdah.failover.act;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a role needs on the nodes, and no more. Pure; which statements give it, and how to ask
 * whether it has it.
 */
public final class NodeRole {

  /** The oldest PostgreSQL that nodes may run. */
  public static final int MAJOR_MIN = 13;

  /** From this one on, single settings can be granted for ALTER SYSTEM. */
  private static final int MAJOR_WITH_PARAMETERS = 15;

  /** Settings that controllers change. */
  private static final List<String> PARAMETERS =
      List.of(
          "default_transaction_read_only",
          "primary_conninfo",
          "primary_slot_name",
          "synchronous_standby_names");

  private static final List<String> REWIND_FUNCTIONS =
      List.of(
          "pg_catalog.pg_ls_dir(text, boolean, boolean)",
          "pg_catalog.pg_stat_file(text, boolean)",
          "pg_catalog.pg_read_binary_file(text)",
          "pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)");

  /**
   * One thing a role may do.
   *
   * @param name in words for an operator
   * @param statement that gives it, run on the primary in the database the role logs in to
   * @param question a query that is true for a role, as current user, that has it
   */
  public record Privilege(String name, String statement, String question) {}

  private NodeRole() {}

  /**
   * For a role that only watches.
   *
   * @param role its name, unquoted
   */
  public static List<Privilege> watching(String role) {
    return List.of(membership("pg_monitor", role));
  }

  /**
   * For the role that watches, promotes and fences.
   *
   * @param major version of the nodes
   */
  public static List<Privilege> controlling(String role, int major) {
    List<Privilege> all = new ArrayList<>(watching(role));
    if (major < MAJOR_WITH_PARAMETERS) {
      all.add(attribute("SUPERUSER", "rolsuper", role));
      return all;
    }
    all.add(membership("pg_signal_backend", role));
    all.add(membership("pg_checkpoint", role));
    all.add(attribute("REPLICATION", "rolreplication", role));
    all.add(function("pg_catalog.pg_promote(boolean, integer)", role));
    all.add(function("pg_catalog.pg_reload_conf()", role));
    for (String parameter : PARAMETERS) {
      all.add(
          new Privilege(
              "ALTER SYSTEM on " + parameter,
              "GRANT ALTER SYSTEM ON PARAMETER " + parameter + " TO " + quoted(role),
              "SELECT has_parameter_privilege('" + parameter + "', 'ALTER SYSTEM')"));
    }
    return all;
  }

  /** For the role that standbys log in as, pg_rewind included. */
  public static List<Privilege> replicating(String role) {
    return Stream.concat(
            Stream.of(attribute("REPLICATION", "rolreplication", role)),
            REWIND_FUNCTIONS.stream().map(function -> function(function, role)))
        .toList();
  }

  private static Privilege membership(String group, String role) {
    return new Privilege(
        "membership in " + group,
        "GRANT " + group + " TO " + quoted(role),
        "SELECT pg_has_role('" + group + "', 'USAGE')");
  }

  private static Privilege attribute(String attribute, String column, String role) {
    return new Privilege(
        "the attribute " + attribute,
        "ALTER ROLE " + quoted(role) + " " + attribute,
        "SELECT " + column + " FROM pg_catalog.pg_roles WHERE rolname = current_user");
  }

  private static Privilege function(String signature, String role) {
    return new Privilege(
        "EXECUTE on " + signature,
        "GRANT EXECUTE ON FUNCTION " + signature + " TO " + quoted(role),
        "SELECT has_function_privilege('" + signature + "', 'EXECUTE')");
  }

  /** A name as SQL wants it. */
  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
