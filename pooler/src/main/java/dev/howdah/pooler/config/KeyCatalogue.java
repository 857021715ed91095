package dev.howdah.pooler.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every key of PgBouncer 1.25 (and the few that later releases added), plus Howdah's own, each with
 * its default and whether it works. The manual {@code docs/config.md} is tested against this table.
 */
public final class KeyCatalogue {

  private static final List<ConfigKey> KEYS =
      Stream.of(
              MainKeys.all(),
              EntryKeys.databases(),
              EntryKeys.users(),
              EntryKeys.peers(),
              RoutingKeys.nodes(),
              RoutingKeys.routing(),
              ClusterKeys.all(),
              HttpConfig.keys())
          .flatMap(List::stream)
          .toList();
  private static final Map<String, ConfigKey> BY_NAME = index();

  /** Two names for one setting; the last one in the file wins, as in PgBouncer. */
  private static final Map<String, String> ALIASES =
      Map.of("databases.reserve_pool", "reserve_pool_size");

  /** What people write who come from libpq or another pooler. */
  private static final Map<String, String> FOREIGN_NAMES =
      Map.ofEntries(
          Map.entry("pgbouncer.max_client_connections", "the key is max_client_conn"),
          Map.entry("pgbouncer.max_connections", "the key is max_client_conn"),
          Map.entry("pgbouncer.pool_size", "the key is default_pool_size"),
          Map.entry("pgbouncer.reserve_pool", "the key is reserve_pool_size"),
          Map.entry("pgbouncer.port", "the key is listen_port"),
          Map.entry("pgbouncer.sslmode", "the keys are client_tls_sslmode, server_tls_sslmode"),
          Map.entry("databases.database", "the key is dbname"),
          Map.entry("databases.username", "the key is user"),
          Map.entry("databases.hostaddr", "the key is host, which takes addresses too"),
          Map.entry("databases.sslmode", "the key is server_tls_sslmode in [pgbouncer]"),
          Map.entry(
              "databases.connect_timeout", "the key is server_connect_timeout in [pgbouncer]"),
          Map.entry("databases.query_timeout", "it goes into [users] or [pgbouncer]"),
          Map.entry("databases.max_user_connections", "it goes into [users] or [pgbouncer]"),
          Map.entry("cluster.scope", "the key is name"),
          Map.entry("cluster.id", "the key is process_name"),
          Map.entry("cluster.etcd_hosts", "the key is etcd, a list of client URLs"),
          Map.entry("cluster.etcd_endpoints", "the key is etcd, a list of client URLs"),
          Map.entry("cluster.namespace", "the key is prefix"),
          Map.entry("cluster.loop_wait", "there is no loop to wait for; write_lease sets the pace"),
          Map.entry("cluster.ttl", "the key is write_lease"),
          Map.entry("http.listen_addr", "the key is listen, which takes address:port"),
          Map.entry("http.listen_port", "the key is listen, which takes address:port"),
          Map.entry("http.port", "the key is listen, which takes address:port"),
          Map.entry("users.password", "it goes into auth_file"),
          Map.entry("users.min_pool_size", "it goes into [databases] or [pgbouncer]"),
          Map.entry("users.max_db_connections", "it goes into [databases] or [pgbouncer]"));

  private KeyCatalogue() {}

  /** All keys, section by section. */
  public static List<ConfigKey> keys() {
    return KEYS;
  }

  /** The key of that name. */
  public static Optional<ConfigKey> find(Section section, String name) {
    return Optional.ofNullable(BY_NAME.get(section.title() + "." + name));
  }

  /** The name under which the value of {@code name} is read. */
  static String canonicalName(Section section, String name) {
    return ALIASES.getOrDefault(section.title() + "." + name, name);
  }

  /** What to do about an unknown key, ready to follow a semicolon. */
  static String adviceOn(Section section, String unknown) {
    String foreign = FOREIGN_NAMES.get(section.title() + "." + unknown);
    if (foreign != null) {
      return foreign;
    }
    List<String> names =
        KEYS.stream().filter(key -> key.section() == section).map(ConfigKey::name).toList();
    return Suggestion.nearest(unknown, names)
        .map(name -> "did you mean " + name + "?")
        .orElse("docs/config.md lists the keys");
  }

  private static Map<String, ConfigKey> index() {
    Map<String, ConfigKey> byName = new LinkedHashMap<>();
    for (ConfigKey key : KEYS) {
      if (byName.put(key.section().title() + "." + key.name(), key) != null) {
        throw new IllegalStateException("listed twice: " + key.name());
      }
    }
    return byName;
  }
}
