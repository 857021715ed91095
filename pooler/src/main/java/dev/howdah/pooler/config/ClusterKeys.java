package dev.howdah.pooler.config;

import static dev.howdah.pooler.config.ConfigKey.Kind.BYTES;
import static dev.howdah.pooler.config.ConfigKey.Kind.CHOICE;
import static dev.howdah.pooler.config.ConfigKey.Kind.FILE;
import static dev.howdah.pooler.config.ConfigKey.Kind.FLAG;
import static dev.howdah.pooler.config.ConfigKey.Kind.INTEGER;
import static dev.howdah.pooler.config.ConfigKey.Kind.LIST;
import static dev.howdah.pooler.config.ConfigKey.Kind.SECONDS;
import static dev.howdah.pooler.config.ConfigKey.Kind.SECRET;
import static dev.howdah.pooler.config.ConfigKey.Kind.TEXT;

import dev.howdah.pooler.config.ConfigKey.Kind;
import java.util.List;

/** The keys of {@code [cluster]}; all of them are read at start only. */
final class ClusterKeys {

  private ClusterKeys() {}

  static List<ConfigKey> all() {
    return List.of(
        key("name", TEXT, RoutingConfig.CLUSTER),
        key("process_name", TEXT, ""),
        key("store", CHOICE, "etcd").words("etcd", "memory"),
        key("etcd", LIST, ""),
        key("etcd_user", TEXT, ""),
        key("etcd_password", SECRET, ""),
        key("etcd_tls_ca_file", FILE, ""),
        key("etcd_tls_cert_file", FILE, ""),
        key("etcd_tls_key_file", FILE, ""),
        key("prefix", TEXT, "/howdah/"),
        key("controller", FLAG, "1"),
        key("node_user", TEXT, ""),
        key("node_password", SECRET, ""),
        key("node_dbname", TEXT, "postgres"),
        key("node_tls_sslmode", CHOICE, "prefer")
            .words("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
        key("node_tls_ca_file", FILE, ""),
        key("replication_user", TEXT, ""),
        key("replication_password", SECRET, ""),
        key("replication_options", TEXT, ""),
        key("synchronous_mode", CHOICE, "off").words("off", "on", "strict"),
        key("synchronous_node_count", INTEGER, "1").between(1, 100),
        key("maximum_lag_on_failover", BYTES, "1MB").between(0, Long.MAX_VALUE),
        key("min_failover_interval", SECONDS, "30").between(0, 86_400),
        key("write_lease", SECONDS, "2").between(0, 60),
        key("rejoin_command", TEXT, ""),
        key("fence_command", TEXT, ""),
        key("hook_timeout", SECONDS, "600").between(1, 86_400));
  }

  private static ConfigKey key(String name, Kind kind, String defaultValue) {
    return ConfigKey.works(Section.CLUSTER, name, kind, defaultValue).atStart();
  }
}
