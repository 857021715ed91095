package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a configuration file in PgBouncer's dialect. Blocking; for start and reload only. */
public final class ConfigLoader {

  private final Path file;
  private final Findings findings = new Findings();
  private final Substitution substitution;

  private ConfigLoader(Path file, Function<String, @Nullable String> environment) {
    this.file = file;
    this.substitution = new Substitution(environment);
  }

  /**
   * Reads {@code file} and what it includes. Opens no socket and does not read the user list.
   *
   * @param environment looks up {@code ${NAME}}; normally {@code System::getenv}
   * @throws ConfigException naming every problem, not only the first
   */
  public static LoadedConfig load(Path file, Function<String, @Nullable String> environment)
      throws ConfigException {
    return new ConfigLoader(file, environment).load();
  }

  private LoadedConfig load() throws ConfigException {
    IniFile ini = new IniFile(findings);
    ini.read(file);
    Settings main = mainSettings(ini.entries());
    if (!ini.sectionsSeen().contains(Section.PGBOUNCER.title())
        && !ini.sectionsSeen().contains(Section.MAIN_ALIAS)) {
      findings.problem(file, 0, "has no section [pgbouncer]; add it, even if it is empty");
    }
    PoolerConfig config = assemble(main, ini.entries(), http(ini));
    findings.throwIfAny();
    return new LoadedConfig(config, findings.warnings());
  }

  private PoolerConfig assemble(
      Settings main, List<IniFile.Entry> entries, Optional<HttpConfig> http) {
    MainReader reader = new MainReader(main);
    ListenConfig listen = reader.listen();
    checkListening(main, listen);
    EntryReader entryReader = new EntryReader(findings, substitution, listen.unixSocketDirectory());
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
        new PoolerConfig(
            listen,
            new AuthReader(main, file, findings).read(),
            pools,
            reader.limits(),
            reader.servers(),
            reader.timeouts(),
            reader.protocol(),
            reader.sockets(),
            reader.dns(),
            reader.log(),
            reader.console(),
            reader.process(),
            new PeeringConfig(main.integer("peer_id"), peers),
            http,
            new TlsReader(main, file, "client").read(),
            new TlsReader(main, file, "server").read(),
            databases,
            fallback,
            users);
    checkCertificates(main, config);
    new Advice(config, file, findings).give();
    return config;
  }

  private Optional<HttpConfig> http(IniFile ini) {
    if (!ini.sectionsSeen().contains(Section.HTTP.title())) {
      return Optional.empty();
    }
    Settings http = new Settings(Section.HTTP, "", findings, substitution);
    for (IniFile.Entry entry : ini.entries()) {
      if (entry.section() == Section.HTTP) {
        http.put(entry.file(), entry.line(), entry.key(), entry.value());
      }
    }
    return Optional.of(http.address("listen"));
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
