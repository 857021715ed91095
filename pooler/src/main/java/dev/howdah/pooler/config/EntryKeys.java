package dev.howdah.pooler.config;

import static dev.howdah.pooler.config.ConfigKey.Kind.CHOICE;
import static dev.howdah.pooler.config.ConfigKey.Kind.INTEGER;
import static dev.howdah.pooler.config.ConfigKey.Kind.LIST;
import static dev.howdah.pooler.config.ConfigKey.Kind.SECONDS;
import static dev.howdah.pooler.config.ConfigKey.Kind.SECRET;
import static dev.howdah.pooler.config.ConfigKey.Kind.TEXT;

import dev.howdah.pooler.config.ConfigKey.Kind;
import java.util.List;

/**
 * The keys inside the connection strings of {@code [databases]}, {@code [users]} and {@code
 * [peers]}. An empty default means that the value comes from the next level: user, database, {@code
 * [pgbouncer]}.
 */
final class EntryKeys {

  private EntryKeys() {}

  static List<ConfigKey> databases() {
    return List.of(
        database("host", LIST, ""),
        database("cluster", TEXT, ""),
        database("target", CHOICE, "primary").words("primary", "replica", "prefer-replica"),
        database("port", INTEGER, "5432").between(1, 65535),
        database("dbname", TEXT, ""),
        database("user", TEXT, ""),
        database("password", SECRET, ""),
        database("auth_user", TEXT, ""),
        database("auth_query", TEXT, ""),
        database("auth_dbname", TEXT, ""),
        database("pool_mode", CHOICE, "").words("session", "transaction", "statement"),
        database("pool_size", INTEGER, "").between(1, Integer.MAX_VALUE),
        database("min_pool_size", INTEGER, ""),
        database("reserve_pool_size", INTEGER, ""),
        database("reserve_pool", INTEGER, ""),
        database("max_db_connections", INTEGER, ""),
        database("max_db_client_connections", INTEGER, ""),
        database("server_lifetime", SECONDS, ""),
        database("query_wait_timeout", SECONDS, ""),
        database("load_balance_hosts", CHOICE, "round-robin").words("disable", "round-robin"),
        database("target_session_attrs", TEXT, "any")
            .refused(
                "list the hosts in [nodes] and write cluster=main; target= says which are meant"),
        database("connect_query", TEXT, ""),
        database("client_encoding", TEXT, ""),
        database("datestyle", TEXT, ""),
        database("timezone", TEXT, ""),
        database("application_name", TEXT, ""));
  }

  static List<ConfigKey> users() {
    return List.of(
        user("pool_mode", CHOICE).words("session", "transaction", "statement"),
        user("pool_size", INTEGER).between(1, Integer.MAX_VALUE),
        user("reserve_pool_size", INTEGER),
        user("max_user_connections", INTEGER),
        user("max_user_client_connections", INTEGER),
        user("query_timeout", SECONDS),
        user("query_wait_timeout", SECONDS),
        user("transaction_timeout", SECONDS),
        user("idle_transaction_timeout", SECONDS),
        user("client_idle_timeout", SECONDS),
        user("target", CHOICE).words("primary", "replica", "prefer-replica"));
  }

  static List<ConfigKey> peers() {
    return List.of(
        ConfigKey.works(Section.PEERS, "host", TEXT, ""),
        ConfigKey.works(Section.PEERS, "port", INTEGER, "6432").between(1, 65535),
        ConfigKey.works(Section.PEERS, "pool_size", INTEGER, "").between(1, Integer.MAX_VALUE));
  }

  private static ConfigKey database(String name, Kind kind, String defaultValue) {
    return ConfigKey.works(Section.DATABASES, name, kind, defaultValue);
  }

  private static ConfigKey user(String name, Kind kind) {
    return ConfigKey.works(Section.USERS, name, kind, "");
  }
}
