package dev.howdah.failover.agent;

import dev.howdah.failover.act.ActionSettings;
import dev.howdah.failover.record.Keys;
import dev.howdah.failover.record.RecordJson;
import dev.howdah.failover.record.UnreadableRecordException;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.Snapshot;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.failover.store.Versioned;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a process comes into its cluster: it reads what the store says, and describes the cluster
 * there if nobody has yet.
 */
public final class ClusterEntry {

  /** What came of it. */
  public sealed interface Outcome {

    /**
     * The cluster is known.
     *
     * @param map what stands in the store
     * @param described whether this process has just written it
     * @param warnings what the operator should know although it is no error, one sentence each
     */
    record Entered(ClusterMap map, boolean described, List<String> warnings) implements Outcome {}

    /** It will not work before somebody has changed something; the reason says what. */
    record Refused(String reason) implements Outcome {}

    /** The store does not answer at present. */
    record Away(String reason) implements Outcome {}
  }

  private static final List<String> REFUSALS =
      List.of(
          "invalid user ID or password",
          "authentication failed",
          "authentication is not enabled",
          "user name is empty",
          "permission denied",
          "PERMISSION_DENIED",
          "UNAUTHENTICATED",
          "certificate");

  private final CoordinationStore store;
  private final List<NodeSpec> nodes;
  private final ActionSettings settings;
  private final DynamicConfig config;
  private final String by;

  /**
   * Does nothing yet.
   *
   * @param nodes as this process is configured
   * @param config written if the cluster is described now
   * @param by this process, for the audit
   */
  public ClusterEntry(
      CoordinationStore store,
      List<NodeSpec> nodes,
      ActionSettings settings,
      DynamicConfig config,
      String by) {
    this.store = store;
    this.nodes = List.copyOf(nodes);
    this.settings = settings;
    this.config = config;
    this.by = by;
  }

  /**
   * Tries once. Blocking, for seconds if nodes are slow.
   *
   * @param operationId unique
   */
  public Outcome attempt(String operationId) throws InterruptedException {
    try {
      Optional<ClusterMap> known = read();
      if (known.isPresent()) {
        return judge(known.get(), false);
      }
      Optional<String> reason =
          ClusterStart.initialize(store, nodes, settings, config, by, operationId);
      if (reason.isPresent()) {
        return new Outcome.Refused(reason.get());
      }
      return read()
          .map(map -> judge(map, map.topology().operation().id().equals(operationId)))
          .orElseGet(() -> new Outcome.Away("what was written is not to be read yet"));
    } catch (StoreUnavailableException e) {
      String message = String.valueOf(e.getMessage());
      return REFUSALS.stream().anyMatch(message::contains)
          ? new Outcome.Refused(
              message
                  + "; check etcd_user, etcd_password and the etcd_tls files in [cluster], and what"
                  + " the role of that user may read and write")
          : new Outcome.Away(message);
    } catch (UnreadableRecordException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    }
  }

  private Optional<ClusterMap> read() throws StoreUnavailableException, InterruptedException {
    Snapshot snapshot = store.read(List.of(Keys.TOPOLOGY, Keys.NODES));
    Optional<Versioned> topology = snapshot.get(Keys.TOPOLOGY);
    if (topology.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ClusterMap(
            RecordJson.read(Keys.TOPOLOGY, topology.get().value(), Topology.class),
            snapshot.under(Keys.NODES).entrySet().stream()
                .map(entry ->
                    RecordJson.read(entry.getKey(), entry.getValue().value(), NodeSpec.class))
                .toList()));
  }

  private Outcome judge(ClusterMap map, boolean described) {
    String primary = map.topology().primary();
    if (map.node(primary).isEmpty()) {
      return new Outcome.Refused(
          "the cluster has %s as its primary and no node of that name, only %s; add it to the cluster"
                  .formatted(primary, names(map.nodes().stream()))
              + " again");
    }
    List<String> warnings = new ArrayList<>();
    for (NodeSpec node : nodes) {
      Optional<NodeSpec> known = map.node(node.name());
      if (known.isEmpty()) {
        warnings.add(
            "[nodes] has %s, which the cluster does not know; its nodes are %s, and what stands in etcd"
                    .formatted(node.name(), names(map.nodes().stream()))
                + " counts");
      } else if (!known.get().endpoint().equals(node.endpoint())) {
        warnings.add(
            "[nodes] has %s at %s, the cluster has it at %s, which counts"
                .formatted(node.name(), node.endpoint(), known.get().endpoint()));
      }
    }
    for (NodeSpec node : map.nodes()) {
      if (nodes.stream().noneMatch(own -> own.name().equals(node.name()))) {
        warnings.add(
            "the cluster has a node %s at %s that [nodes] does not have; add it there"
                .formatted(node.name(), node.endpoint()));
      }
    }
    return new Outcome.Entered(map, described, List.copyOf(warnings));
  }

  private static String names(Stream<NodeSpec> nodes) {
    return String.join(", ", nodes.map(NodeSpec::name).toList());
  }
}
