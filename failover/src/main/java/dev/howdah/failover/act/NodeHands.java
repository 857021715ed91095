package dev.howdah.failover.act;

import dev.howdah.failover.control.ActionOutcome;
import dev.howdah.failover.control.NodeAction;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Topology;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does to PostgreSQL nodes what a controller wants done. Blocking; safe for all threads, since each
 * action has a connection of its own.
 */
public final class NodeHands {

  private static final Logger LOG = LoggerFactory.getLogger(NodeHands.class);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration LONG_ANSWER = Duration.ofMinutes(5);
  private static final Duration PROMOTION = Duration.ofSeconds(30);
  private static final String SLOT_PREFIX = "howdah_";
  private static final int SLOT_NAME_CHARS_MAX = 63;

  private final ActionSettings settings;
  private final CoordinationStore store;

  /** {@code store} is asked whether the topology is still the one an action was meant for. */
  public NodeHands(ActionSettings settings, CoordinationStore store) {
    this.settings = settings;
    this.store = store;
  }

  /** Does it, and says what came of it. */
  public ActionOutcome perform(NodeAction action) throws InterruptedException {
    try {
      return switch (action) {
        case NodeAction.StopReceiver(NodeSpec node) -> stopReceiver(node);
        case NodeAction.Fence(NodeSpec node) -> fence(node);
        case NodeAction.Unfence(NodeSpec node) -> unfence(node);
        case NodeAction.Seal seal -> seal(seal);
        case NodeAction.Unseal unseal -> unseal(unseal);
        case NodeAction.CatchUp catchUp -> catchUp(catchUp);
        case NodeAction.Inspect(NodeSpec node) -> inspect(node);
        case NodeAction.Promote promote -> promote(promote);
        case NodeAction.ApplySync apply -> applySync(apply);
        case NodeAction.Repoint(NodeSpec node, NodeSpec upstream) -> repoint(node, upstream);
        case NodeAction.Checkpoint(NodeSpec node) -> checkpoint(node);
        case NodeAction.Rejoin(NodeSpec node, NodeSpec primary) -> rejoin(node, primary);
      };
    } catch (SQLException e) {
      return new ActionOutcome.Failed(String.valueOf(e.getMessage()));
    } catch (StoreUnavailableException e) {
      return new ActionOutcome.Failed("the store was not to be asked: " + e.getMessage());
    }
  }

  private NodeSession open(NodeSpec node, Duration answer) throws SQLException {
    return new NodeSession(node.endpoint(), settings.node(), answer);
  }

  /*
   * The timeline of what was received comes from the names of the files it was written to, because
   * the control file shows it only after a restartpoint, and the receiver's own view ends with it.
   */
  private static final String RECEIVED_TIMELINE =
      """
      SELECT greatest((SELECT timeline_id FROM pg_control_checkpoint()),
                      (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
                      (SELECT max(('x' || substr(name, 1, 8))::bit(32)::int) FROM pg_ls_waldir()
                        WHERE name ~ '^[0-9A-F]{24}$'))
      """;

  private ActionOutcome stopReceiver(NodeSpec node) throws SQLException, InterruptedException {
    try (NodeSession session = open(node, ANSWER)) {
      boolean inRecovery = session.truth("SELECT pg_is_in_recovery()");
      String systemIdentifier = session.text("SELECT system_identifier FROM pg_control_system()");
      if (!inRecovery) {
        return new ActionOutcome.Stopped(false, systemIdentifier, 0, Lsn.ZERO);
      }
      if (!session.text("SHOW primary_conninfo").isEmpty()) {
        session.set("primary_conninfo", "");
        session.reload();
      }
      if (!session.await("SELECT count(*) = 0 FROM pg_stat_wal_receiver", ANSWER)) {
        return new ActionOutcome.Failed("the WAL receiver of " + node.name() + " does not stop");
      }
      String received =
          session.text("SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())");
      return new ActionOutcome.Stopped(
          true,
          systemIdentifier,
          Integer.parseInt(session.text(RECEIVED_TIMELINE)),
          received.isEmpty() ? Lsn.ZERO : Lsn.parse(received));
    }
  }

  /** By SQL first, which is quick; the operator's command has the last word where there is one. */
  private ActionOutcome fence(NodeSpec node) throws SQLException, InterruptedException {
    if (settings.fenceCommand().isEmpty()) {
      return fenceBySql(node);
    }
    try {
      fenceBySql(node);
    } catch (SQLException e) {
      LOG.debug("{} cannot be fenced by SQL: {}", node.name(), e.getMessage());
    }
    return Hook.run("fence", settings.fenceCommand(), node, Map.of(), settings.hookTimeout());
  }

  private ActionOutcome fenceBySql(NodeSpec node) throws SQLException {
    try (NodeSession session = open(node, ANSWER)) {
      session.set("default_transaction_read_only", "on");
      session.reload();
      // Only superusers may end the sessions of superusers; one of them must not save the others.
      session.execute(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity a
            LEFT JOIN pg_roles r ON r.oid = a.usesysid
           WHERE backend_type = 'client backend' AND usename <> current_user
             AND (NOT coalesce(r.rolsuper, false)
               OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
          """);
      return new ActionOutcome.Done();
    }
  }

  private ActionOutcome unfence(NodeSpec node) throws SQLException {
    try (NodeSession session = open(node, ANSWER)) {
      session.reset("default_transaction_read_only");
      session.reload();
      return new ActionOutcome.Done();
    }
  }

  private ActionOutcome seal(NodeAction.Seal action)
      throws SQLException, InterruptedException, StoreUnavailableException {
    try (NodeSession session = open(action.node(), ANSWER)) {
      session.lock();
      return isOutdated(action.revision()) ? outdated() : HandoverHands.seal(session, action);
    }
  }

  private ActionOutcome unseal(NodeAction.Unseal action)
      throws SQLException, InterruptedException, StoreUnavailableException {
    try (NodeSession session = open(action.node(), ANSWER)) {
      session.lock();
      return isOutdated(action.revision()) ? outdated() : HandoverHands.unseal(session, action);
    }
  }

  private ActionOutcome catchUp(NodeAction.CatchUp action)
      throws SQLException, InterruptedException {
    try (NodeSession session = open(action.node(), ANSWER)) {
      return HandoverHands.catchUp(session, action, RECEIVED_TIMELINE);
    }
  }

  private ActionOutcome inspect(NodeSpec node) throws SQLException {
    try (NodeSession session = open(node, ANSWER)) {
      return HandoverHands.inspect(session);
    }
  }

  private ActionOutcome promote(NodeAction.Promote action)
      throws SQLException, InterruptedException, StoreUnavailableException {
    try (NodeSession session = open(action.node(), ANSWER)) {
      session.lock();
      if (isOutdated(action.revision())) {
        return outdated();
      }
      session.set("synchronous_standby_names", action.rule().setting());
      session.reset("default_transaction_read_only");
      session.reload();
      if (session.truth("SELECT pg_is_in_recovery()")) {
        session.execute("SELECT pg_promote(false)");
      }
      if (!session.await("SELECT NOT pg_is_in_recovery()", PROMOTION)) {
        return new ActionOutcome.Failed(action.node().name() + " does not leave recovery");
      }
      String file = session.text("SELECT pg_walfile_name(pg_current_wal_lsn())");
      String fork = session.text("SELECT pg_last_wal_replay_lsn()");
      return new ActionOutcome.Promoted(
          Integer.parseInt(file.substring(0, 8), 16),
          fork.isEmpty() ? Lsn.ZERO : Lsn.parse(fork),
          action.rule());
    }
  }

  private ActionOutcome applySync(NodeAction.ApplySync action)
      throws SQLException, InterruptedException, StoreUnavailableException {
    try (NodeSession session = open(action.node(), ANSWER)) {
      session.lock();
      if (isOutdated(action.revision())) {
        return outdated();
      }
      String value = action.rule().setting();
      session.set("synchronous_standby_names", value);
      session.reload();
      String inForce =
          "SELECT current_setting('synchronous_standby_names') = " + NodeSession.literal(value);
      if (!session.await(inForce, ANSWER)) {
        return new ActionOutcome.Failed("synchronous_standby_names does not change to " + value);
      }
      // Other sessions go by a flag of the checkpointer, which no query shows; it hears of the
      // reload at the same time. What commits in this second may not have waited, and is covered by
      // the position read after it.
      session.execute("SELECT pg_sleep(1)");
      return new ActionOutcome.SyncApplied(
          Lsn.parse(session.text("SELECT pg_current_wal_insert_lsn()")));
    }
  }

  private boolean isOutdated(long revision) throws StoreUnavailableException, InterruptedException {
    return store.read(List.of(Keys.TOPOLOGY)).revisionOf(Keys.TOPOLOGY) != revision;
  }

  private static ActionOutcome outdated() {
    return new ActionOutcome.Failed("the topology has changed meanwhile");
  }

  /**
   * The slot on the upstream is made first, so that no WAL the standby needs is removed; slots that
   * the standby kept for others, from a time when it was primary, would hold its own WAL back for
   * ever.
   */
  private ActionOutcome repoint(NodeSpec node, NodeSpec upstream) throws SQLException {
    String slot = slotName(node);
    try (NodeSession session = open(upstream, ANSWER)) {
      session.execute(
          """
          SELECT pg_create_physical_replication_slot(%1$s, true)
           WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = %1$s)
          """
              .formatted(NodeSession.literal(slot)));
    }
    try (NodeSession session = open(node, ANSWER)) {
      if (!session.truth("SELECT pg_is_in_recovery()")) {
        return new ActionOutcome.Failed(node.name() + " is no standby");
      }
      session.execute(
          """
          SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
           WHERE slot_type = 'physical' AND NOT active AND starts_with(slot_name, %s)
          """
              .formatted(NodeSession.literal(SLOT_PREFIX)));
      session.set("primary_slot_name", slot);
      session.set("primary_conninfo", Conninfo.of(upstream, node.name(), settings));
      session.reload();
      return new ActionOutcome.Done();
    }
  }

  /** As Patroni makes them: lower case, and an underscore for what may not stand in such a name. */
  private static String slotName(NodeSpec node) {
    String name = SLOT_PREFIX + node.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    return name.substring(0, Math.min(name.length(), SLOT_NAME_CHARS_MAX));
  }

  private ActionOutcome checkpoint(NodeSpec node) throws SQLException {
    try (NodeSession session = open(node, LONG_ANSWER)) {
      session.execute("CHECKPOINT");
      return new ActionOutcome.Done();
    }
  }

  /** Looks a last time, for what the command does to a node cannot be undone. */
  private ActionOutcome rejoin(NodeSpec node, NodeSpec primary)
      throws SQLException, InterruptedException, StoreUnavailableException {
    Topology topology =
        RecordJson.read(
            Keys.TOPOLOGY,
            store
                .read(List.of(Keys.TOPOLOGY))
                .get(Keys.TOPOLOGY)
                .orElseThrow(() -> new StoreUnavailableException("there is no topology"))
                .value(),
            Topology.class);
    if (!topology.primary().equals(primary.name()) || !topology.state().permitsWrites()) {
      return outdated();
    }
    String system = systemIdentifier(node);
    if (!system.equals(topology.systemIdentifier())) {
      return new ActionOutcome.Failed(
          "%s has the system identifier %s and the cluster %s: it is another cluster's server, and is"
                  .formatted(node.name(), system, topology.systemIdentifier())
              + " not touched; clone it from "
              + primary.name()
              + ", or correct its address");
    }
    Map<String, String> environment =
        Map.of(
            "HOWDAH_PRIMARY", primary.name(),
            "HOWDAH_PRIMARY_HOST", primary.endpoint().host(),
            "HOWDAH_PRIMARY_PORT", Integer.toString(primary.endpoint().port()),
            "HOWDAH_REPLICATION_USER", settings.replicationUser(),
            "HOWDAH_SYSTEM_IDENTIFIER", topology.systemIdentifier(),
            "HOWDAH_TIMELINE", Integer.toString(topology.timeline()),
            "HOWDAH_EPOCH", topology.epoch().toString());
    return Hook.run("rejoin", settings.rejoinCommand(), node, environment, settings.hookTimeout());
  }

  private String systemIdentifier(NodeSpec node) throws SQLException {
    try (NodeSession session = open(node, ANSWER)) {
      return session.text("SELECT system_identifier FROM pg_control_system()");
    }
  }
}
