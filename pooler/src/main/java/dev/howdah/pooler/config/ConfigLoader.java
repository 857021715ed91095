package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file in PgBouncer's dialect, with everything it names: included files, user
 * list, access rules, keys and certificates. Blocking; for start and reload only.
 */
public final class ConfigLoader {

  /** Stands in messages for the file that a value set on the console is not in. */
  private static final Path SET = Path.of("SET");

  private final Path file;
  private final Function<String, @Nullable String> environment;
  private final Findings findings = new Findings();
  private final Substitution substitution;
  private final @Nullable LoadedConfig present;

  private ConfigLoader(
      Path file, Function<String, @Nullable String> environment, @Nullable LoadedConfig present) {
    this.file = file;
    this.environment = environment;
    this.substitution = new Substitution(environment, findings);
    this.present = present;
  }

  /**
   * Reads {@code file} and what it names. Opens no socket.
   *
   * @param environment looks up {@code ${NAME}}; normally {@code System::getenv}
   * @throws ConfigException naming every problem, not only the first
   */
  public static LoadedConfig load(Path file, Function<String, @Nullable String> environment)
      throws ConfigException {
    return new ConfigLoader(file, environment, null).load();
  }

  /**
   * Reads the same files again. Keys that need a restart keep their present value, and a warning
   * names those that would have changed. What was changed by {@link #set} goes back to the file.
   *
   * @throws ConfigException naming every problem; a user list that cannot be opened is one, too
   */
  public static LoadedConfig reload(LoadedConfig present) throws ConfigException {
    var origin = present.origin();
    return new ConfigLoader(origin.file(), origin.environment(), present).load();
  }

  private LoadedConfig load() throws ConfigException {
    IniFile ini = new IniFile(findings);
    ini.read(file);
    Settings main = mainSettings(ini.entries());
    if (!ini.sectionsSeen().contains(Section.PGBOUNCER.title())
        && !ini.sectionsSeen().contains(Section.MAIN_ALIAS)) {
      findings.problem(file, 0, "has no section [pgbouncer]; add it, even if it is empty");
    }
    PoolerConfig config = assemble(main, ini, http(ini));
    UserList users = users(config);
    findings.throwIfAny();
    return loaded(config, users, main);
  }

  private LoadedConfig loaded(PoolerConfig config, UserList users, Settings main) {
    var origin = new LoadedConfig.Origin(file, environment, main);
    return new LoadedConfig(config, users, findings.warnings(), findings.files(), origin);
  }

  private UserList users(PoolerConfig config) {
    return config
        .auth()
        .file()
        .map(list -> new UserListReader(list, findings).read(present != null))
        .orElse(UserList.EMPTY);
  }

  private PoolerConfig assemble(Settings main, IniFile ini, Optional<HttpConfig> http) {
    List<IniFile.Entry> entries = ini.entries();
    MainReader reader = new MainReader(main);
    checkListening(main, reader.listen());
    Optional<HttpConfig> port = http;
    if (present != null) {
      reader.sockets(); // says what is wrong with values that are not used then
      reader.process();
      keepWhatNeedsRestart(main, present.origin().main());
      port = keptPort(http, present.config().http());
    }
    ListenConfig listen = reader.listen();
    EntryReader entryReader = new EntryReader(findings, substitution, listen.unixSocketDirectory());
    var routingReader = new RoutingReader(findings, substitution, file);
    var clusterReader = new ClusterReader(ini, findings, substitution, file);
    Optional<ClusterConfig> cluster = keptCluster(clusterReader.read());
    RoutingConfig routing = keptNodes(routingReader.read(entries, entryReader, cluster));
    clusterReader.check(routing.nodes());
    entryReader.setNodes(routing.nodes());
    Map<String, DatabaseConfig> databases = new LinkedHashMap<>();
    Map<String, UserConfig> users = new LinkedHashMap<>();
    Map<Integer, PeerConfig> peers = new HashMap<>();
    PoolDefaults pools = reader.pools();
    Map<String, IniFile.Entry> seen = new HashMap<>();
    for (IniFile.Entry entry : entries) {
      warnIfRepeated(seen, entry);
      switch (entry.section()) {
        case DATABASES ->
            entryReader.database(entry).ifPresent(db -> databases.put(entry.key(), db));
        case USERS -> entryReader.user(entry).ifPresent(user -> users.put(entry.key(), user));
        case PEERS ->
            entryReader.peer(entry, pools.size()).ifPresent(peer -> peers.put(peer.id(), peer));
        case PGBOUNCER, NODES, CLUSTER, ROUTING, HTTP -> {}
      }
    }
    @Nullable DatabaseConfig fallback = databases.remove(DatabaseConfig.FALLBACK);
    PoolerConfig config =
        reader.config(
            new AuthReader(main, file, findings).read(),
            new PeeringConfig(main.integer("peer_id"), peers),
            port,
            new TlsReader(main, file, "client").read(),
            new TlsReader(main, file, "server").read(),
            databases,
            fallback,
            users,
            routing,
            cluster);
    routingReader.check(databases.values(), config);
    if (fallback != null) {
      routingReader.check(List.of(fallback), config);
    }
    checkCertificates(main, config);
    new Advice(config, file, findings).give();
    return config;
  }

  private void keepWhatNeedsRestart(Settings main, Settings earlier) {
    for (ConfigKey key : KeyCatalogue.keys()) {
      if (key.section() == Section.PGBOUNCER && key.needsRestart()) {
        if (main.keep(key.name(), earlier)) {
          findings.warning(
              file + ": " + key.name() + " needs restart, until then it stays " + shown(main, key));
        }
      }
    }
  }

  private static String shown(Settings main, ConfigKey key) {
    String text = main.textOf(key.name());
    return text.isEmpty() ? "empty" : text;
  }

  private RoutingConfig keptNodes(RoutingConfig wanted) {
    if (present == null) {
      return wanted;
    }
    RoutingConfig kept = wanted.keeping(present.config().routing());
    if (!kept.equals(wanted)) {
      findings.warning(
          file + ": [nodes], and how they are watched, need restart, until then they stay");
    }
    return kept;
  }

  private Optional<ClusterConfig> keptCluster(Optional<ClusterConfig> wanted) {
    if (present == null) {
      return wanted;
    }
    if (!present.config().cluster().equals(wanted)) {
      findings.warning(file + ": [cluster] needs restart, until then it stays");
    }
    return present.config().cluster();
  }

  /** Token, access and certificates follow a reload; where and how we listen does not. */
  private Optional<HttpConfig> keptPort(Optional<HttpConfig> wanted, Optional<HttpConfig> now) {
    Optional<HttpConfig> kept =
        wanted.isPresent() && now.isPresent() ? wanted.map(port -> port.at(now.get())) : now;
    if (!wanted.map(HttpConfig::address).equals(kept.map(HttpConfig::address))) {
      findings.warning(
          file
              + ": listen in [http] needs restart, until then it stays "
              + now.map(HttpConfig::toString).orElse("closed"));
    } else if (!wanted.map(HttpConfig::isEncrypted).equals(kept.map(HttpConfig::isEncrypted))) {
      findings.warning(file + ": to begin or end encryption in [http] needs restart");
    }
    return kept;
  }

  // ---- one key ----

  /**
   * The present configuration with one key of {@code [pgbouncer]} changed, as SET on the console
   * does. Of the files only those are read that the key is about.
   *
   * @throws ConfigException if there is no such key, it needs a restart, or the value is wrong
   */
  public static LoadedConfig set(LoadedConfig present, String key, String value)
      throws ConfigException {
    var origin = present.origin();
    return new ConfigLoader(origin.file(), origin.environment(), present).set(key, value, present);
  }

  private LoadedConfig set(String name, String value, LoadedConfig before) throws ConfigException {
    Settings main = new Settings(before.origin().main(), findings, substitution);
    main.forget(name);
    main.put(SET, 0, name, value.replace("${", "$${")); // as it stands there, nothing to look up
    Optional<ConfigKey> key = KeyCatalogue.find(Section.PGBOUNCER, name);
    if (key.isPresent() && key.get().needsRestart()) {
      findings.problem(SET, 0, name, value, "needs restart; change it in the file and restart");
    }
    findings.throwIfAny();
    PoolerConfig old = before.config();
    PoolerConfig config =
        new MainReader(main)
            .config(
                name.startsWith("auth_")
                    ? new AuthReader(main, file, findings).read()
                    : old.auth().withScramIterations(main.integer("scram_iterations")),
                old.peering(),
                old.http(),
                name.startsWith("client_tls_")
                    ? new TlsReader(main, file, "client").read()
                    : old.clientTls(),
                name.startsWith("server_tls_")
                    ? new TlsReader(main, file, "server").read()
                    : old.serverTls(),
                old.databases(),
                old.fallbackDatabase(),
                old.users(),
                old.routing(),
                old.cluster());
    checkCertificates(main, config);
    UserList users = name.equals("auth_file") ? users(config) : before.users();
    before.files().forEach((path, stamp) -> findings.files().putIfAbsent(path, stamp));
    findings.throwIfAny();
    return loaded(config, users, main);
  }

  private Optional<HttpConfig> http(IniFile ini) {
    if (!ini.sectionsSeen().contains(Section.HTTP.title())) {
      return Optional.empty();
    }
    return Optional.of(new HttpReader(findings, substitution, file).read(ini.entries()));
  }

  private Settings mainSettings(List<IniFile.Entry> entries) {
    Settings main = new Settings(Section.PGBOUNCER, "", findings, substitution);
    Map<String, IniFile.Entry> seen = new HashMap<>();
    for (IniFile.Entry entry : entries) {
      if (entry.section() != Section.PGBOUNCER) {
        continue;
      }
      IniFile.Entry before = seen.put(entry.key(), entry);
      if (before != null
          && !before.sectionAsWritten().equals(entry.sectionAsWritten())
          && !before.value().equals(entry.value())) {
        findings.problem(
            entry.file(),
            entry.line(),
            entry.key(),
            entry.value(),
            "differs from ["
                + before.sectionAsWritten()
                + "] in line "
                + before.line()
                + ", which is the same section; keep one of them");
      } else {
        main.put(entry.file(), entry.line(), entry.key(), entry.value());
      }
    }
    return main;
  }

  private void warnIfRepeated(Map<String, IniFile.Entry> seen, IniFile.Entry entry) {
    if (entry.section() == Section.DATABASES
        || entry.section() == Section.USERS
        || entry.section() == Section.PEERS) {
      IniFile.Entry before = seen.put(entry.section() + entry.key(), entry);
      if (before != null) {
        findings.warning(
            entry.file(),
            entry.line(),
            entry.key() + " in " + entry.section() + " replaces the one of line " + before.line());
      }
    }
  }

  private void checkCertificates(Settings main, PoolerConfig config) {
    if (config.auth().type() == AuthType.CERT && !config.clientTls().mode().verifies()) {
      main.problem(
          "auth_type", file, 0, "needs client_tls_sslmode = verify-full, to know who has signed");
    }
  }

  private void checkListening(Settings main, ListenConfig listen) {
    Optional<Path> directory = listen.unixSocketDirectory();
    if (directory.isPresent() && directory.get().toString().startsWith("@")) {
      main.problem(
          "unix_socket_dir",
          file,
          0,
          "abstract sockets are not supported; name a directory, or nothing for no socket");
    }
    if (listen.addresses().isEmpty() && directory.isEmpty()) {
      findings.problem(file, 0, "there is nowhere to listen; set listen_addr or unix_socket_dir");
    }
  }
}
