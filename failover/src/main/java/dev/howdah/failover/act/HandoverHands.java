package dev.howdah.failover.act;

import dev.howdah.failover.control.ActionOutcome;
import dev.howdah.failover.control.NodeAction;
import dev.howdah.topology.Lsn;
import java.sql.SQLException;
import java.time.Duration;

/** What a planned switchover does to its two nodes, each over a session of its own. */
final class HandoverHands {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** A superuser's session may be ended by a superuser only; it is left alone otherwise. */
  private static final String OTHER_CLIENTS =
      """
      FROM pg_stat_activity JOIN pg_roles ON pg_roles.oid = usesysid
       WHERE backend_type = 'client backend' AND usename <> current_user
         AND (NOT rolsuper OR current_setting('is_superuser') = 'on')
      """;

  private HandoverHands() {}

  /**
   * Under the node's lock. The last record is flushed by a transaction of ours, for commits that
   * were acknowledged before they were flushed are in front of it; it must not wait for standbys,
   * which may have stopped.
   */
  static ActionOutcome seal(NodeSession session, NodeAction.Seal action)
      throws SQLException, InterruptedException {
    session.set("default_transaction_read_only", "on");
    session.reload();
    if (!session.await(
        "SELECT current_setting('default_transaction_read_only') = 'on'", PATIENCE)) {
      return new ActionOutcome.Failed(action.node().name() + " does not read its configuration");
    }
    session.execute("SELECT pg_terminate_backend(pid) " + OTHER_CLIENTS);
    if (!session.await("SELECT count(*) = 0 " + OTHER_CLIENTS, PATIENCE)) {
      return new ActionOutcome.Failed("clients of " + action.node().name() + " do not go away");
    }
    session.execute("SET synchronous_commit = local");
    session.execute("SELECT pg_logical_emit_message(true, 'howdah', 'sealed')");
    return new ActionOutcome.Sealed(Lsn.parse(session.text("SELECT pg_current_wal_insert_lsn()")));
  }

  /** Under the node's lock. */
  static ActionOutcome unseal(NodeSession session, NodeAction.Unseal action)
      throws SQLException, InterruptedException {
    session.reset("default_transaction_read_only");
    session.reload();
    return session.await(
            "SELECT current_setting('default_transaction_read_only') = 'off'", PATIENCE)
        ? new ActionOutcome.Done()
        : new ActionOutcome.Failed(action.node().name() + " does not read its configuration");
  }

  /** {@code timelineQuery} says of which timeline the last WAL received is. */
  static ActionOutcome catchUp(NodeSession session, NodeAction.CatchUp action, String timelineQuery)
      throws SQLException, InterruptedException {
    String reached =
        "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn"
            .formatted(NodeSession.literal(action.until().toString()));
    if (!session.await(reached, PATIENCE)) {
      return new ActionOutcome.Failed(
          "%s has replayed %s of %s"
              .formatted(
                  action.node().name(),
                  session.text("SELECT pg_last_wal_replay_lsn()"),
                  action.until()));
    }
    return new ActionOutcome.CaughtUp(
        session.text("SELECT system_identifier FROM pg_control_system()"),
        Integer.parseInt(session.text(timelineQuery)),
        Lsn.parse(
            session.text("SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())")));
  }

  static ActionOutcome inspect(NodeSession session) throws SQLException {
    String age =
        session.text(
            """
            SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start) * 1000), 0)::bigint
              FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
            """);
    String whose =
        session.text(
            """
            SELECT coalesce((
              SELECT format('%s@%s (pid %s%s)', usename, datname, pid,
                            CASE WHEN application_name <> '' THEN ', ' || application_name END)
                FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
                 AND xact_start IS NOT NULL
               ORDER BY xact_start LIMIT 1), '')
            """);
    boolean mayPromote =
        session.truth("SELECT has_function_privilege('pg_promote(boolean, integer)', 'EXECUTE')");
    return new ActionOutcome.Inspected(Long.parseLong(age), whose, mayPromote);
  }
}
