package dev.howdah.pooler.config;

import dev.howdah.topology.Endpoint;
import dev.howdah.topology.SynchronousMode;
import dev.howdah.topology.Topology;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code [cluster]}, and checks that {@code [nodes]} will do for it. */
final class ClusterReader {

  private static final int NODE_NAME_CHARS_MAX = 63;
  private static final String NO_URL =
      "which is no client URL of etcd; write scheme, host and port, as http://10.0.0.21:2379";

  private final Findings findings;
  private final Path file;
  private final Settings cluster;
  private final boolean given;

  ClusterReader(IniFile ini, Findings findings, Substitution substitution, Path file) {
    this.findings = findings;
    this.file = file;
    this.cluster = new Settings(Section.CLUSTER, "", findings, substitution);
    this.given = ini.sectionsSeen().contains(Section.CLUSTER.title());
    for (IniFile.Entry entry : ini.entries()) {
      if (entry.section() == Section.CLUSTER) {
        cluster.put(entry.file(), entry.line(), entry.key(), entry.value());
      }
    }
  }

  /** Empty without the section. */
  Optional<ClusterConfig> read() {
    if (!given) {
      return Optional.empty();
    }
    requirePlain("name");
    requirePlain("process_name");
    require("node_user", "name the role that watches, promotes and fences the nodes");
    require("replication_user", "name the role that standbys log in as");
    return Optional.of(
        new ClusterConfig(
            cluster.text("name"),
            cluster.text("process_name"),
            store(),
            cluster.flag("controller"),
            new ClusterConfig.NodeLogin(
                cluster.text("node_user"),
                cluster.optionalText("node_password"),
                cluster.text("node_dbname"),
                ChoiceWords.of(cluster.choice("node_tls_sslmode", TlsMode.class)),
                readable("node_tls_ca_file")),
            new ClusterConfig.Replication(
                cluster.text("replication_user"),
                cluster.optionalText("replication_password"),
                cluster.text("replication_options")),
            initial(),
            new ClusterConfig.Hooks(
                cluster.optionalText("rejoin_command"),
                cluster.optionalText("fence_command"),
                cluster.duration("hook_timeout"))));
  }

  private ClusterConfig.Store store() {
    if (cluster.choice("store", StoreKind.class) == StoreKind.MEMORY) {
      if (cluster.isGiven("etcd")) {
        cluster.problem("etcd", file, 0, "and store = memory exclude each other; keep one");
      }
      return new ClusterConfig.Store.Memory();
    }
    if (cluster.list("etcd").isEmpty()) {
      cluster.problem(
          "etcd",
          file,
          0,
          "is missing in [cluster]; list etcd's client URLs, as http://10.0.0.21:2379");
    }
    List<URI> endpoints =
        cluster.read("etcd", text -> Values.list(text).stream().map(ClusterReader::url).toList());
    Optional<Path> certificate = readable("etcd_tls_cert_file");
    Optional<Path> key = readable("etcd_tls_key_file");
    if (certificate.isPresent() != key.isPresent()) {
      String present = certificate.isPresent() ? "etcd_tls_cert_file" : "etcd_tls_key_file";
      String missing = certificate.isPresent() ? "etcd_tls_key_file" : "etcd_tls_cert_file";
      cluster.problem(present, file, 0, "needs " + missing + " as well");
    }
    Optional<String> user = cluster.optionalText("etcd_user");
    if (user.isEmpty() && cluster.isGiven("etcd_password")) {
      cluster.problem("etcd_password", file, 0, "needs etcd_user as well");
    }
    if (user.isPresent() && !cluster.isGiven("etcd_password")) {
      cluster.problem("etcd_user", file, 0, "needs etcd_password as well");
    }
    return new ClusterConfig.Store.Etcd(
        endpoints,
        prefix() + cluster.text("name") + "/",
        user,
        cluster.optionalText("etcd_password"),
        readable("etcd_tls_ca_file"),
        certificate,
        key);
  }

  /** How the store is named in the file. */
  private enum StoreKind {
    ETCD,
    MEMORY
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      boolean known = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (known
          && url.getHost() != null
          && url.getPort() > 0
          && url.getUserInfo() == null
          && url.getPath().replace("/", "").isEmpty()) {
        return new URI(url.getScheme(), null, url.getHost(), url.getPort(), null, null, null);
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("holds " + text + ", " + NO_URL, e);
    }
    throw new IllegalArgumentException("holds " + text + ", " + NO_URL);
  }

  private String prefix() {
    return cluster.read(
        "prefix",
        text -> {
          if (!text.startsWith("/")) {
            throw new IllegalArgumentException("has no slash in front; write it as /howdah/");
          }
          return text.endsWith("/") ? text : text + "/";
        });
  }

  private ClusterConfig.Initial initial() {
    return new ClusterConfig.Initial(
        cluster.choice("synchronous_mode", SynchronousMode.class),
        cluster.integer("synchronous_node_count"),
        cluster.bytes("maximum_lag_on_failover"),
        cluster.duration("min_failover_interval"),
        writeLease());
  }

  private Duration writeLease() {
    Duration lease = cluster.duration("write_lease");
    if (lease.toMillis() >= Topology.WRITE_LEASE_MILLIS_MIN) {
      return lease;
    }
    cluster.problem(
        "write_lease",
        file,
        0,
        "is too short; at least " + Topology.WRITE_LEASE_MILLIS_MIN + "ms, to renew it in time");
    return Duration.ofMillis(Topology.WRITE_LEASE_MILLIS_MIN);
  }

  private void require(String key, String advice) {
    if (cluster.text(key).isEmpty()) {
      cluster.problem(key, file, 0, "is missing in [cluster]; " + advice);
    }
  }

  private void requirePlain(String key) {
    if (!cluster.text(key).matches("[A-Za-z0-9_.-]{0,63}")) {
      cluster.problem(
          key, file, 0, "is no plain name; write at most 63 letters, digits and characters of _.-");
    }
  }

  private Optional<Path> readable(String key) {
    Optional<Path> path = cluster.optionalPath(key);
    path.ifPresent(cluster::reading);
    if (path.isPresent() && !Files.isReadable(path.get())) {
      cluster.problem(key, file, 0, "cannot be read; see that the file is there and readable");
    }
    return path;
  }

  /** Nodes are reached by JDBC, and their names become names of standbys and of slots. */
  void check(List<NodeConfig> nodes) {
    if (!given) {
      return;
    }
    if (nodes.isEmpty()) {
      findings.problem(file, 0, "[cluster] needs its servers; list them in [nodes]");
    }
    Map<String, String> bySlot = new HashMap<>();
    Map<Endpoint, String> byEndpoint = new HashMap<>();
    for (NodeConfig node : nodes) {
      if (!node.name().matches("[A-Za-z0-9_.-]+") || node.name().length() > NODE_NAME_CHARS_MAX) {
        problem(node, "is no name for a node of a cluster; write letters, digits and _.-");
      }
      if (node.endpoint().isUnixSocket()) {
        problem(node, "needs an address in a cluster, since other hosts have to reach it, too");
      }
      String slot = node.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
      String same = bySlot.putIfAbsent(slot, node.name());
      if (same != null) {
        problem(
            node,
            same.equals(node.name())
                ? "is listed twice; keep one line"
                : "is too much like " + same + ": both have the replication slot howdah_" + slot);
      } else {
        String other = byEndpoint.putIfAbsent(node.endpoint(), node.name());
        if (other != null) {
          problem(node, "is where " + other + " is; a server is one node");
        }
      }
    }
  }

  private void problem(NodeConfig node, String message) {
    findings.problem(file, 0, "[nodes] " + node.name() + " " + message);
  }
}
