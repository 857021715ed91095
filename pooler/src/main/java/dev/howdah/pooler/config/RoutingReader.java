package dev.howdah.pooler.config;

import dev.howdah.topology.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code [nodes]} and {@code [routing]}. */
final class RoutingReader {
  private final Findings findings;
  private final Substitution substitution;
  private final Path file;

  RoutingReader(Findings findings, Substitution substitution, Path file) {
    this.findings = findings;
    this.substitution = substitution;
    this.file = file;
  }

  /** {@code cluster} lends its role for watching where none is named. */
  RoutingConfig read(
      List<IniFile.Entry> entries, EntryReader entryReader, Optional<ClusterConfig> cluster) {
    Settings routing = new Settings(Section.ROUTING, "", findings, substitution);
    List<NodeConfig> nodes = new ArrayList<>();
    for (IniFile.Entry entry : entries) {
      if (entry.section() == Section.ROUTING) {
        routing.put(entry.file(), entry.line(), entry.key(), entry.value());
      } else if (entry.section() == Section.NODES) {
        entryReader.nodeSettings(entry).flatMap(node -> node(entry, node)).ifPresent(nodes::add);
      }
    }
    var config =
        new RoutingConfig(
            nodes,
            probing(routing, cluster.map(ClusterConfig::nodeLogin)),
            new RoutingConfig.Limits(
                routing.duration("max_replica_lag"),
                routing.bytes("max_replica_lag_bytes"),
                routing.duration("replica_slow_start")),
            routing.choice("read_only_transactions", Target.class),
            routing.choice("read_your_writes", ReadYourWrites.class),
            routing.duration("replica_wait"),
            routing.choice("replica_fallback", ReplicaFallback.class),
            routing.text("zone"),
            routing.integer("replica_port"),
            routing.list("primary_only_relations").stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList());
    check(routing, config);
    return config;
  }

  private static RoutingConfig.Probing probing(
      Settings routing, Optional<ClusterConfig.NodeLogin> lent) {
    boolean own = routing.isGiven("monitor_user") || lent.isEmpty();
    return new RoutingConfig.Probing(
        routing.choice("topology", TopologyKind.class),
        own ? routing.text("monitor_user") : lent.get().user(),
        own ? routing.optionalText("monitor_password") : lent.get().password(),
        own ? routing.text("monitor_dbname") : lent.get().database(),
        routing.duration("check_interval"),
        routing.duration("check_timeout"));
  }

  private Optional<NodeConfig> node(IniFile.Entry entry, Settings node) {
    String host = node.text("host");
    String trouble = "";
    if (host.isEmpty()) {
      trouble = "is missing; name the host of the node, or the directory of its socket";
    } else if (host.startsWith("@")) {
      trouble = "abstract sockets are not supported; name the directory of the socket";
    } else if (host.contains(",")) {
      trouble = "is a list; a node has one host, write a line for each";
    }
    if (!trouble.isEmpty()) {
      node.problem("host", entry.file(), entry.line(), trouble);
      return Optional.empty();
    }
    var candidacy =
        new NodeConfig.Candidacy(
            node.integer("priority"),
            node.flag("nofailover"),
            node.flag("nosync"),
            node.flag("noloadbalance"));
    return Optional.of(
        new NodeConfig(
            entry.key(),
            new Endpoint(host, node.integer("port")),
            candidacy.noloadbalance() ? 0 : node.integer("weight"),
            node.text("zone"),
            node.choice("role", NodeRole.class),
            candidacy));
  }

  private void check(Settings routing, RoutingConfig config) {
    if (!config.isOn()) {
      return;
    }
    boolean probes = config.probing().kind() == TopologyKind.PROBE;
    if (probes && config.probing().user().isEmpty()) {
      routing.problem(
          "monitor_user",
          file,
          0,
          "is missing in [routing]; name a user that may log in to every node, or write topology ="
              + " static");
    }
    if (!probes && config.readYourWrites() != ReadYourWrites.OFF) {
      routing.problem(
          "read_your_writes",
          file,
          0,
          "needs topology = probe, to know how far a replica is; or write read_your_writes = off");
    }
    long primaries =
        config.nodes().stream().filter(node -> node.role() == NodeRole.PRIMARY).count();
    if (!probes && primaries > 1) {
      findings.problem(file, 0, "[nodes] has %d primaries; keep one".formatted(primaries));
    }
  }

  /** Says so when a database names a cluster that there is not. */
  void check(Collection<DatabaseConfig> databases, PoolerConfig config) {
    String name = config.cluster().map(ClusterConfig::name).orElse(RoutingConfig.CLUSTER);
    for (DatabaseConfig database : databases) {
      Optional<String> cluster = database.placement().cluster();
      if (cluster.isPresent() && !cluster.get().equals(name)) {
        findings.problem(
            file,
            0,
            "database "
                + database.name()
                + ": there is no cluster "
                + cluster.get()
                + "; the nodes of [nodes] are the cluster "
                + name);
      } else if (cluster.isPresent() && !config.routing().isOn()) {
        findings.problem(
            file,
            0,
            "database "
                + database.name()
                + " has cluster="
                + cluster.get()
                + ", but [nodes] is empty; list the servers there");
      }
    }
  }
}
