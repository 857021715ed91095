package dev.howdah.cli.serve;

import dev.howdah.failover.act.ActionSettings;
import dev.howdah.failover.lease.ProcessIdentity;
import dev.howdah.failover.observe.NodeCredentials;
import dev.howdah.failover.observe.NodeTls;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.failover.store.EtcdOptions;
import dev.howdah.failover.store.EtcdStore;
import dev.howdah.failover.store.InMemoryStore;
import dev.howdah.pooler.config.ClusterConfig;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.HttpConfig;
import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.topology.DynamicConfig;
import dev.howdah.topology.NodeSpec;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What {@code [cluster]} and {@code [nodes]} say, in the terms of the failover side. */
public final class ClusterSettings {

  private final PoolerConfig config;
  private final ClusterConfig cluster;

  private ClusterSettings(PoolerConfig config, ClusterConfig cluster) {
    this.config = config;
    this.cluster = cluster;
  }

  /**
   * Reads a configuration file for its cluster.
   *
   * @throws LaunchException if something in it is wrong, or it has no section {@code [cluster]}
   */
  public static ClusterSettings load(Path file) throws LaunchException {
    try {
      PoolerConfig config = ConfigLoader.load(file, System::getenv).config();
      if (config.cluster().isEmpty()) {
        throw new LaunchException(
            file + " has no section [cluster]; docs/ha.md shows what belongs into it");
      }
      return of(config, config.cluster().get());
    } catch (ConfigException e) {
      throw new LaunchException(String.valueOf(e.getMessage()), e);
    }
  }

  static ClusterSettings of(PoolerConfig config, ClusterConfig cluster) {
    return new ClusterSettings(config, cluster);
  }

  /** The cluster's name. */
  public String name() {
    return cluster.name();
  }

  /** Whether this process may lead. */
  public boolean controller() {
    return cluster.controller();
  }

  /**
   * Opens the store; the caller closes it. A store in memory is a new one each time.
   *
   * @throws LaunchException if a certificate or key for etcd is none
   */
  public CoordinationStore openStore() throws LaunchException {
    return open(UnaryOperator.identity());
  }

  /**
   * The same for a command that asks a few times and ends.
   *
   * @throws LaunchException as {@link #openStore}
   */
  public CoordinationStore openStoreForCommand() throws LaunchException {
    return open(EtcdOptions::unhurried);
  }

  private CoordinationStore open(UnaryOperator<EtcdOptions> adapted) throws LaunchException {
    return switch (cluster.store()) {
      case ClusterConfig.Store.Memory _ -> new InMemoryStore();
      case ClusterConfig.Store.Etcd etcd -> {
        EtcdOptions options =
            EtcdOptions.of(etcd.endpoints(), etcd.prefix())
                .withTls(new EtcdOptions.Tls(etcd.authorities(), etcd.certificate(), etcd.key()));
        if (etcd.user().isPresent()) {
          options = options.withLogin(etcd.user().get(), etcd.password().orElse(""));
        }
        try {
          yield new EtcdStore(adapted.apply(options));
        } catch (IllegalArgumentException e) {
          throw new LaunchException("[cluster]: " + e.getMessage(), e);
        }
      }
    };
  }

  /** Where the store is, in words for an operator. */
  public String storeName() {
    return switch (cluster.store()) {
      case ClusterConfig.Store.Memory _ -> "memory of this process";
      case ClusterConfig.Store.Etcd etcd ->
          etcd.endpoints().stream()
              .map(Object::toString)
              .collect(Collectors.joining(", ", "etcd ", ""));
    };
  }

  /** Whether the store is in this process alone. */
  public boolean isInMemory() {
    return cluster.store() instanceof ClusterConfig.Store.Memory;
  }

  /** The nodes of the file. */
  public List<NodeSpec> nodes() {
    return config.routing().nodes().stream().map(ClusterSettings::spec).toList();
  }

  private static NodeSpec spec(NodeConfig node) {
    NodeConfig.Candidacy candidacy = node.candidacy();
    return new NodeSpec(
        node.name(),
        node.endpoint(),
        candidacy.priority(),
        candidacy.nofailover(),
        candidacy.nosync(),
        candidacy.noloadbalance());
  }

  /** How nodes are logged in to. */
  public NodeCredentials credentials() {
    ClusterConfig.NodeLogin login = cluster.nodeLogin();
    return new NodeCredentials(
        login.user(),
        login.password(),
        login.database(),
        new NodeTls(login.sslMode(), login.authorities()));
  }

  /** How nodes are acted on. */
  public ActionSettings actions() {
    ClusterConfig.Replication replication = cluster.replication();
    ClusterConfig.Hooks hooks = cluster.hooks();
    return new ActionSettings(
        credentials(),
        replication.user(),
        replication.password(),
        replication.options(),
        hooks.fence(),
        hooks.rejoin(),
        hooks.timeout());
  }

  /** What the cluster is described with first. */
  public DynamicConfig initial() {
    ClusterConfig.Initial initial = cluster.initial();
    return new DynamicConfig(
        false,
        initial.synchronousMode(),
        initial.synchronousNodeCount(),
        initial.maximumLagOnFailoverBytes(),
        initial.minFailoverInterval().toMillis(),
        initial.writeLease().toMillis());
  }

  /** A new identity for this start of this process. */
  public ProcessIdentity newIdentity() {
    String name = cluster.processName().isEmpty() ? defaultName() : cluster.processName();
    String address = config.http().map(HttpConfig::toString).orElse("");
    return new ProcessIdentity(name, UUID.randomUUID().toString(), address);
  }

  private String defaultName() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost"; // a host without a name of its own
    }
    int peer = config.peering().ownId();
    return host + "-" + config.listen().port() + (peer > 0 ? "-" + peer : "");
  }

  /** The role for watching alone that {@code [routing]} names, if it is another one. */
  public Optional<String> watchingRole() {
    return Optional.of(config.routing().probing().user())
        .filter(user -> !user.isEmpty() && !user.equals(cluster.nodeLogin().user()));
  }
}
