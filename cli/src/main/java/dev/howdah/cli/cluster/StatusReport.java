package dev.howdah.cli.cluster;

import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Listing;
import dev.howdah.cli.output.Report;
import dev.howdah.cli.output.Tone;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.topology.Evidence;
import dev.howdah.topology.LeaderRecord;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Observation;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.Registration;
import dev.howdah.topology.ReportedRole;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The truth about a cluster on one screen. Pure. */
public final class StatusReport {

  private static final Column STATE =
      Column.text("state")
          .toned(state ->
              switch (state.toString()) {
                case "running", "streaming" -> Tone.GOOD;
                case "fenced", "slow", "recovering", "not streaming", "unknown" -> Tone.WARNING;
                default -> Tone.BAD;
              });

  private StatusReport() {}

  /** What {@code howdah status} shows. */
  public static Report of(ClusterView view, String cluster) {
    Report report = new Report().fact("cluster", cluster);
    Topology topology = view.topology().orElse(null);
    if (topology == null) {
      return report
          .fact("state", null, "not described yet")
          .note("howdah init -c FILE looks at the nodes and describes the cluster.");
    }
    summary(report, view, topology);
    report.listing("nodes", nodes(view, topology));
    report.listing("poolers", poolers(view, topology));
    advice(view, topology).forEach(report::note);
    return report;
  }

  private static void summary(Report report, ClusterView view, Topology topology) {
    report
        .fact("state", topology.state().toString(), stateWords(topology))
        .fact("primary", topology.primary())
        .fact("epoch", topology.epoch().value())
        .fact("timeline", topology.timeline())
        .fact("leader", view.leader().map(LeaderRecord::controller).orElse(null))
        .fact(
            "automatic_failover",
            !view.config().paused(),
            view.config().paused() ? "paused; howdah resume turns it on" : "on")
        .fact("synchronous", topology.sync().toString());
    Optional<OperatorRequest> open = view.request().filter(asked -> !asked.state().isOver());
    report.fact(
        "request",
        open.map(OperatorRequest::sentence).orElse(null),
        open.map(StatusReport::requestWords).orElse("none"));
  }

  private static String stateWords(Topology topology) {
    return switch (topology.state()) {
      case SERVING -> "serving";
      case PAUSING -> "pausing: running transactions may end, new ones wait";
      case FENCED -> "fenced: clients wait for the next primary";
      case PROMOTING ->
          "promoting " + topology.operation().candidate().orElse("?") + ": clients wait for it";
    };
  }

  private static String requestWords(OperatorRequest request) {
    return "%s, asked for by %s, %s"
        .formatted(
            request.sentence(),
            request.by(),
            request.isScheduledAfter(request.askedAtMillis())
                ? "begins at " + Times.local(request.atMillis())
                : request.state().toString().toLowerCase(Locale.ROOT));
  }

  private static Listing nodes(ClusterView view, Topology topology) {
    Listing listing =
        new Listing(
            Column.text("node"),
            Column.text("role").toned(role -> role.equals("stray") ? Tone.BAD : Tone.PLAIN),
            STATE,
            Column.count("timeline").headed("TL"),
            Column.bytes("lag_bytes").headed("LAG"),
            Column.bytes("replay_lag_bytes").headed("TO REPLAY"),
            Column.text("lsn"),
            Column.text("address"),
            Column.text("tags"));
    Map<String, Observation> observations = view.observations();
    @Nullable Observation primary = observations.get(topology.primary());
    for (NodeSpec node : view.nodes().values()) {
      Observation seen =
          observations.getOrDefault(
              node.name(), Observation.unanswered(node.name(), Evidence.UNKNOWN));
      boolean known = seen.role() != ReportedRole.UNKNOWN;
      boolean standby = seen.role() == ReportedRole.STANDBY;
      listing.add(
          node.name(),
          role(node, topology, seen),
          state(node, topology, seen),
          known ? seen.timeline() : null,
          standby && primary != null && primary.role() != ReportedRole.UNKNOWN
              ? seen.lsn().bytesBehind(primary.lsn())
              : null,
          standby ? seen.replayed().bytesBehind(seen.lsn()) : null,
          known ? seen.lsn().toString() : null,
          node.endpoint().toString(),
          tags(node));
    }
    return listing;
  }

  /** What the topology says it is, or what it claims to be against that. */
  private static String role(NodeSpec node, Topology topology, Observation seen) {
    if (node.name().equals(topology.primary())) {
      return "primary";
    }
    return switch (seen.role()) {
      case PRIMARY -> "stray";
      case FENCED -> "old primary";
      case STANDBY, UNKNOWN -> "standby";
    };
  }

  private static String state(NodeSpec node, Topology topology, Observation seen) {
    return switch (seen.evidence()) {
      case UNKNOWN -> "unknown";
      case SLOW -> "slow";
      case RECOVERING -> "recovering";
      case SILENT -> "silent";
      case HARD -> "down";
      case HEALTHY ->
          switch (seen.role()) {
            case FENCED -> "fenced";
            case STANDBY ->
                node.name().equals(topology.primary())
                    ? "in recovery"
                    : seen.streaming() ? "streaming" : "not streaming";
            case PRIMARY -> node.name().equals(topology.primary()) ? "running" : "read-write";
            case UNKNOWN -> "unknown";
          };
    };
  }

  private static @Nullable String tags(NodeSpec node) {
    List<String> tags = new ArrayList<>();
    if (node.priority() > 0) {
      tags.add("priority=" + node.priority());
    }
    if (node.nofailover()) {
      tags.add("nofailover");
    }
    if (node.nosync()) {
      tags.add("nosync");
    }
    if (node.noloadbalance()) {
      tags.add("noloadbalance");
    }
    return tags.isEmpty() ? null : String.join(" ", tags);
  }

  private static Listing poolers(ClusterView view, Topology topology) {
    Listing listing =
        new Listing(
            Column.text("pooler"),
            Column.text("address"),
            Column.text("state")
                .toned(state -> state.equals("following") ? Tone.GOOD : Tone.WARNING),
            Column.count("epoch"),
            Column.count("unmovable_sessions").headed("UNMOVABLE"));
    for (Registration pooler : view.poolers().values()) {
      listing.add(
          pooler.id(),
          pooler.address().isEmpty() ? null : pooler.address(),
          pooler.retired()
              ? "silent"
              : topology.state() == TopologyState.PAUSING
                      && !pooler.hasDrained(topology.operation())
                  ? "draining"
                  : pooler.hasAcknowledged(topology.epoch()) ? "following" : "behind",
          pooler.acknowledgedEpoch(),
          pooler.unmovable().size());
    }
    return listing;
  }

  private static List<String> advice(ClusterView view, Topology topology) {
    List<String> advice = new ArrayList<>();
    Map<String, Observation> observations = view.observations();
    for (NodeSpec node : view.nodes().values()) {
      @Nullable Observation seen = observations.get(node.name());
      boolean outOfRecovery =
          seen != null
              && (seen.role() == ReportedRole.FENCED || seen.role() == ReportedRole.PRIMARY)
              && !node.name().equals(topology.primary());
      if (outOfRecovery) {
        advice.add(rejoin(node, view.nodes().get(topology.primary()), topology));
      }
    }
    if (view.leader().isEmpty()) {
      advice.add(
          "No controller has ever led: a process with controller = yes in [cluster] has to run.");
    }
    Operation last = topology.operation();
    boolean rolledBack =
        topology.state() == TopologyState.SERVING
            && last.candidate().filter(name -> !name.equals(topology.primary())).isPresent();
    if (rolledBack) {
      advice.add("The last switchover was rolled back: " + last.reason() + ".");
    }
    return advice;
  }

  private static String rejoin(NodeSpec node, @Nullable NodeSpec primary, Topology topology) {
    String source =
        primary == null
            ? topology.primary()
            : "host=%s port=%d dbname=postgres"
                .formatted(primary.endpoint().host(), primary.endpoint().port());
    return """
    %1$s was primary and follows nobody. rejoin_command in [cluster] makes it a standby again; by hand, on its host:
      pg_ctl stop -D DATA -m fast
      pg_rewind --target-pgdata=DATA --write-recovery-conf --source-server='%2$s'
      echo "primary_slot_name = ''" >> DATA/postgresql.auto.conf
      pg_ctl start -D DATA\
    """
        .formatted(node.name(), source);
  }
}
