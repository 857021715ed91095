package dev.howdah.pooler.config;

import dev.howdah.topology.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the connection strings of {@code [databases]} and {@code [users]}. */
final class EntryReader {

  private static final List<String> STARTUP_PARAMETERS =
      List.of("client_encoding", "datestyle", "timezone", "application_name");

  private final Findings findings;
  private final Substitution substitution;
  private final Optional<Path> unixSocketDirectory;
  private List<Endpoint> nodes = List.of();

  EntryReader(Findings findings, Substitution substitution, Optional<Path> unixSocketDirectory) {
    this.findings = findings;
    this.substitution = substitution;
    this.unixSocketDirectory = unixSocketDirectory;
  }

  /** Where the nodes are that databases may name as their cluster. */
  void setNodes(List<NodeConfig> configured) {
    nodes = configured.stream().map(NodeConfig::endpoint).toList();
  }

  private static Placement placement(Settings db, IniFile.Entry entry) {
    Target target = db.choice("target", Target.class);
    if (!db.isGiven("cluster") && target != Target.PRIMARY) {
      db.problem(
          "target", entry.file(), entry.line(), "needs cluster=main: hosts have no known roles");
    }
    if (db.isGiven("cluster") && db.isGiven("host")) {
      db.problem("host", entry.file(), entry.line(), "and cluster exclude each other; keep one");
    }
    return new Placement(db.optionalText("cluster"), target);
  }

  /** Empty when the entry is so broken that nothing can be said about it; that is reported. */
  Optional<DatabaseConfig> database(IniFile.Entry entry) {
    if (entry.key().equals(PoolerConfig.CONSOLE_DATABASE)) {
      findings.problem(
          entry.file(),
          entry.line(),
          entry.key(),
          ConfigProblem.MASKED,
          "is the name of the admin console; choose another name for the database");
      return Optional.empty();
    }
    Optional<Settings> settings = settings(entry);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    Settings db = settings.get();
    List<Endpoint> endpoints = db.isGiven("cluster") ? nodes : endpoints(db, entry);
    DatabaseOverrides overrides = databaseOverrides(db);
    LoadBalanceHosts loadBalanceHosts = db.choice("load_balance_hosts", LoadBalanceHosts.class);
    if (endpoints.isEmpty()) {
      if (db.isGiven("cluster")) {
        db.problem(
            "cluster", entry.file(), entry.line(), "has no nodes; list its servers in [nodes]");
      }
      return Optional.empty();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : STARTUP_PARAMETERS) {
      db.optionalText(parameter).ifPresent(value -> parameters.put(parameter, value));
    }
    return Optional.of(
        new DatabaseConfig(
            entry.key(),
            db.optionalText("dbname"),
            endpoints,
            loadBalanceHosts,
            db.optionalText("user"),
            db.optionalText("password"),
            new AuthQuery(
                db.optionalText("auth_user"),
                db.optionalText("auth_query"),
                db.optionalText("auth_dbname")),
            overrides,
            db.optionalText("connect_query"),
            parameters,
            placement(db, entry)));
  }

  Optional<UserConfig> user(IniFile.Entry entry) {
    return settings(entry)
        .map(user ->
            new UserConfig(
                user.optionalChoice("pool_mode", PoolMode.class),
                user.optionalInteger("pool_size"),
                user.optionalInteger("reserve_pool_size"),
                user.optionalLimit("max_user_connections"),
                user.optionalLimit("max_user_client_connections"),
                user.optionalPositiveDuration("query_timeout"),
                user.optionalDuration("query_wait_timeout"),
                user.optionalPositiveDuration("transaction_timeout"),
                user.optionalPositiveDuration("idle_transaction_timeout"),
                user.optionalPositiveDuration("client_idle_timeout"),
                user.optionalChoice("target", Target.class)));
  }

  /**
   * Empty when the entry is so broken that nothing can be said about it; that is reported.
   *
   * @param defaultPoolSize for an entry that says nothing about its size
   */
  Optional<PeerConfig> peer(IniFile.Entry entry, int defaultPoolSize) {
    if (!entry.key().matches("[1-9][0-9]{0,4}")
        || Integer.parseInt(entry.key()) > PeeringConfig.ID_MAX) {
      findings.problem(
          entry.file(),
          entry.line(),
          entry.key(),
          ConfigProblem.MASKED,
          "is no peer_id; write a number from 1 to " + PeeringConfig.ID_MAX);
      return Optional.empty();
    }
    Optional<Settings> settings = settings(entry);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    Settings peer = settings.get();
    int port = peer.integer("port");
    int poolSize = peer.optionalInteger("pool_size").orElse(defaultPoolSize);
    String host = peer.text("host");
    String trouble = "";
    if (host.isEmpty()) {
      trouble = "is missing; name the host of the peer, or the directory of its socket";
    } else if (host.startsWith("@")) {
      trouble = "abstract sockets are not supported; name the directory of the socket";
    } else if (host.contains(",")) {
      trouble = "is a list; a peer has one host";
    }
    if (!trouble.isEmpty()) {
      peer.problem("host", entry.file(), entry.line(), trouble);
      return Optional.empty();
    }
    Endpoint endpoint = new Endpoint(host, port);
    return Optional.of(new PeerConfig(Integer.parseInt(entry.key()), endpoint, poolSize));
  }

  Optional<Settings> settings(IniFile.Entry entry) {
    return settings(entry, Set.of());
  }

  /** Of an entry in {@code [nodes]}, where what a node is not for is a word by itself. */
  Optional<Settings> nodeSettings(IniFile.Entry entry) {
    return settings(entry, Set.of("nofailover", "nosync", "noloadbalance"));
  }

  private Optional<Settings> settings(IniFile.Entry entry, Set<String> switches) {
    List<ConnectString.Pair> pairs;
    try {
      pairs = ConnectString.split(entry.value(), switches);
    } catch (IllegalArgumentException e) {
      findings.problem(
          entry.file(),
          entry.line(),
          entry.key(),
          ConfigProblem.MASKED,
          String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    Settings settings = new Settings(entry.section(), entry.key(), findings, substitution);
    for (ConnectString.Pair pair : pairs) {
      settings.put(entry.file(), entry.line(), pair.key(), pair.value());
    }
    return Optional.of(settings);
  }

  private static DatabaseOverrides databaseOverrides(Settings db) {
    return new DatabaseOverrides(
        db.optionalChoice("pool_mode", PoolMode.class),
        db.optionalInteger("pool_size"),
        db.optionalInteger("min_pool_size"),
        db.optionalInteger("reserve_pool_size"),
        db.optionalLimit("max_db_connections"),
        db.optionalLimit("max_db_client_connections"),
        db.optionalPositiveDuration("server_lifetime"),
        db.optionalDuration("query_wait_timeout"));
  }

  private List<Endpoint> endpoints(Settings db, IniFile.Entry entry) {
    int port = db.integer("port");
    List<Endpoint> endpoints = new ArrayList<>();
    for (String host : db.list("host")) {
      if (host.startsWith("@")) {
        db.problem(
            "host",
            entry.file(),
            entry.line(),
            "abstract sockets are not supported; name the directory of the socket");
      } else {
        endpoints.add(new Endpoint(host, port));
      }
    }
    if (!db.isGiven("host")) {
      if (unixSocketDirectory.isPresent()) {
        Path directory = unixSocketDirectory.get().toAbsolutePath();
        endpoints.add(new Endpoint(directory.toString(), port));
      } else {
        findings.problem(
            entry.file(),
            entry.line(),
            "database " + entry.key() + " names no host and unix_socket_dir is empty; name a host");
      }
    } else if (db.list("host").isEmpty()) {
      db.problem("host", entry.file(), entry.line(), "names no host; leave it out for a socket");
    }
    return endpoints;
  }
}
