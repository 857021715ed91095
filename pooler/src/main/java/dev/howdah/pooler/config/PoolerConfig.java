package dev.howdah.pooler.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Everything a configuration file says. Immutable; a reload makes a new one.
 *
 * @param peering the poolers that forward cancel requests to each other
 * @param http the port for metrics and health; empty without the section
 * @param clientTls encryption towards clients; {@code client_tls_*}
 * @param serverTls encryption towards servers; {@code server_tls_*}
 * @param databases by the name clients ask for, in the order of the file, without the fallback
 * @param fallbackDatabase the {@code *} entry, for names that are not listed
 * @param users by name, in the order of the file
 * @param routing the nodes, and which transactions go to which
 * @param cluster what makes this process a member of a cluster; empty without the section
 */
public record PoolerConfig(
    ListenConfig listen,
    AuthConfig auth,
    PoolDefaults pools,
    LimitConfig limits,
    ServerConfig servers,
    TimeoutConfig timeouts,
    ProtocolConfig protocol,
    SocketConfig sockets,
    DnsConfig dns,
    LogConfig log,
    ConsoleConfig console,
    ProcessConfig process,
    PeeringConfig peering,
    Optional<HttpConfig> http,
    TlsConfig clientTls,
    TlsConfig serverTls,
    Map<String, DatabaseConfig> databases,
    @Nullable DatabaseConfig fallbackDatabase,
    Map<String, UserConfig> users,
    RoutingConfig routing,
    Optional<ClusterConfig> cluster) {

  /** The name of the admin console; never a database. */
  public static final String CONSOLE_DATABASE = "pgbouncer";

  public PoolerConfig {
    databases = Collections.unmodifiableMap(new LinkedHashMap<>(databases));
    users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
  }

  /**
   * The entry for a database a client asks for: the exact one, else the fallback under its name.
   */
  public Optional<DatabaseConfig> database(String name) {
    DatabaseConfig exact = databases.get(name);
    if (exact != null) {
      return Optional.of(exact);
    }
    if (fallbackDatabase == null || name.equals(CONSOLE_DATABASE)) {
      return Optional.empty();
    }
    return Optional.of(fallbackDatabase.named(name));
  }

  /** Whether {@link #database} would answer from the fallback entry. */
  public boolean isAutomatic(String name) {
    return !databases.containsKey(name) && database(name).isPresent();
  }

  /** The {@code [users]} entry, or {@link UserConfig#NONE}. */
  public UserConfig user(String name) {
    return users.getOrDefault(name, UserConfig.NONE);
  }

  /**
   * Merges the levels as PgBouncer does: user over database over {@code [pgbouncer]}.
   *
   * <p>A pool belongs to the user we log in as on the server, so with a forced user that user's
   * entry rules the pool and the timeouts of queries and transactions. What concerns the client
   * alone (idle timeout, waiting, number of connections) follows the user the client logged in as.
   */
  public PoolSettings settingsFor(DatabaseConfig database, String clientUser) {
    DatabaseOverrides db = database.overrides();
    UserConfig poolUser = user(database.serverUser(clientUser));
    UserConfig client = user(clientUser);
    int size = first(poolUser.poolSize(), db.poolSize(), pools.size());
    return new PoolSettings(
        poolUser.poolMode().or(db::poolMode).orElse(pools.mode()),
        size,
        Math.min(size, db.minPoolSize().orElse(pools.minSize())),
        first(poolUser.reservePoolSize(), db.reservePoolSize(), pools.reserveSize()),
        pools.reserveTimeout(),
        db.maxDbServers().orElse(limits.maxDbServers()),
        db.maxDbClients().orElse(limits.maxDbClients()),
        poolUser.maxUserServers().orElse(limits.maxUserServers()),
        client.maxUserClients().orElse(limits.maxUserClients()),
        db.serverLifetime().orElse(servers.lifetime()),
        client.queryWaitTimeout().or(db::queryWaitTimeout).orElse(timeouts.queryWait()),
        poolUser.queryTimeout().orElse(timeouts.query()),
        poolUser.transactionTimeout().orElse(timeouts.transaction()),
        poolUser.idleTransactionTimeout().orElse(timeouts.idleTransaction()),
        client.clientIdleTimeout().orElse(timeouts.clientIdle()));
  }

  private static int first(OptionalInt user, OptionalInt database, int global) {
    return user.isPresent() ? user.getAsInt() : database.orElse(global);
  }
}
