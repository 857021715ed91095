package dev.howdah.pooler.config;

import static dev.howdah.pooler.config.ConfigKey.Kind.BYTES;
import static dev.howdah.pooler.config.ConfigKey.Kind.CHOICE;
import static dev.howdah.pooler.config.ConfigKey.Kind.FLAG;
import static dev.howdah.pooler.config.ConfigKey.Kind.INTEGER;
import static dev.howdah.pooler.config.ConfigKey.Kind.LIST;
import static dev.howdah.pooler.config.ConfigKey.Kind.MILLISECONDS;
import static dev.howdah.pooler.config.ConfigKey.Kind.SECONDS;
import static dev.howdah.pooler.config.ConfigKey.Kind.SECRET;
import static dev.howdah.pooler.config.ConfigKey.Kind.TEXT;

import dev.howdah.pooler.config.ConfigKey.Kind;
import java.util.List;

/** The keys of {@code [nodes]} and {@code [routing]}. */
final class RoutingKeys {
  /** Odoo's signals between its processes: sequences, which a standby shows wrongly. */
  private static final String ODOO_SIGNALS =
      "base_registry_signaling, base_cache_signaling_*, orm_signaling_*";

  private RoutingKeys() {}

  static List<ConfigKey> nodes() {
    return List.of(
        node("host", TEXT, "").atStart(),
        node("port", INTEGER, "5432").between(1, 65535).atStart(),
        node("weight", INTEGER, "1").between(0, 1000).atStart(),
        node("zone", TEXT, "").atStart(),
        node("role", CHOICE, "auto").words("auto", "primary", "replica").atStart(),
        node("priority", INTEGER, "0").between(0, 1000).atStart(),
        node("nofailover", FLAG, "0").atStart(),
        node("nosync", FLAG, "0").atStart(),
        node("noloadbalance", FLAG, "0").atStart());
  }

  static List<ConfigKey> routing() {
    return List.of(
        key("topology", CHOICE, "probe").words("probe", "static").atStart(),
        key("monitor_user", TEXT, "").atStart(),
        key("monitor_password", SECRET, "").atStart(),
        key("monitor_dbname", TEXT, "postgres").atStart(),
        key("check_interval", MILLISECONDS, "500").between(10, 600_000).atStart(),
        key("check_timeout", MILLISECONDS, "1000").between(10, 600_000).atStart(),
        key("max_replica_lag", SECONDS, "10"),
        key("max_replica_lag_bytes", BYTES, "0"),
        key("replica_slow_start", SECONDS, "5"),
        key("read_only_transactions", CHOICE, "replica").words("primary", "replica"),
        key("read_your_writes", CHOICE, "database").words("session", "database", "global", "off"),
        key("replica_wait", MILLISECONDS, "50").between(0, 60_000),
        key("replica_fallback", CHOICE, "primary").words("primary", "error"),
        key("zone", TEXT, ""),
        key("replica_port", INTEGER, "0").between(0, 65535).atStart(),
        key("primary_only_relations", LIST, ODOO_SIGNALS));
  }

  private static ConfigKey node(String name, Kind kind, String defaultValue) {
    return ConfigKey.works(Section.NODES, name, kind, defaultValue);
  }

  private static ConfigKey key(String name, Kind kind, String defaultValue) {
    return ConfigKey.works(Section.ROUTING, name, kind, defaultValue);
  }
}
