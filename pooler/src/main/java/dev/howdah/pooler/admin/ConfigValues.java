package dev.howdah.pooler.admin;

import dev.howdah.pooler.config.ConfigKey;
import dev.howdah.pooler.config.KeyCatalogue;
import dev.howdah.pooler.config.LogConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.Section;
import dev.howdah.wire.error.ErrorFields;
import dev.howdah.wire.error.PoolerException;
import dev.howdah.wire.error.SqlState;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys of {@code [pgbouncer]} as texts: what SHOW CONFIG shows, and what SET may change. */
final class ConfigValues {
  private static final Set<String> CHANGEABLE =
      Set.of("log_connections", "log_disconnections", "log_pooler_errors");

  private final Map<String, String> values = new HashMap<>();

  /**
   * The values at present.
   *
   * @param log what is logged at present; it may differ from the configuration
   */
  ConfigValues(PoolerConfig config, LogConfig log) {
    putListening(config);
    putPools(config);
    putServers(config);
    putTimeouts(config);
    putProtocol(config);
    putLog(config, log);
  }

  static Table table(PoolerConfig config, LogConfig log) {
    Map<String, String> values = new ConfigValues(config, log).values;
    Table table = new Table(Topic.CONFIG.columns());
    KeyCatalogue.keys().stream()
        .filter(key -> key.section() == Section.PGBOUNCER)
        .forEach(key ->
            table.add(
                key.name(),
                values.getOrDefault(key.name(), key.defaultValue()),
                key.defaultValue(),
                CHANGEABLE.contains(key.name()) ? "yes" : "no"));
    return table;
  }

  private void putListening(PoolerConfig config) {
    var listen = config.listen();
    put("listen_addr", listen.addresses());
    put("listen_port", listen.port());
    put("listen_backlog", listen.backlog());
    put("unix_socket_dir", listen.unixSocketDirectory());
    values.put("unix_socket_mode", "0%o".formatted(listen.unixSocketMode()));
    values.put("unix_socket_group", listen.unixSocketGroup().orElse(""));
    put("so_reuseport", listen.reusePort());
    put("tcp_defer_accept", listen.deferAccept());
    values.put("auth_type", config.auth().type().word());
    put("auth_file", config.auth().file());
    values.put("auth_user", config.auth().query().user().orElse(""));
    values.put("auth_query", config.auth().query().sql().orElse(""));
    values.put("auth_dbname", config.auth().query().database().orElse(""));
    put("scram_iterations", config.auth().scramIterations());
    put("admin_users", config.console().adminUsers());
    put("stats_users", config.console().statsUsers());
    put("pidfile", config.process().pidFile());
    put("peer_id", config.peering().ownId());
    put("event_loops", config.process().eventLoops());
    values.put("io", config.process().transport().word());
    put("drain_timeout", config.process().drainTimeout());
  }

  private void putPools(PoolerConfig config) {
    var pools = config.pools();
    values.put("pool_mode", pools.mode().word());
    put("default_pool_size", pools.size());
    put("min_pool_size", pools.minSize());
    put("reserve_pool_size", pools.reserveSize());
    put("reserve_pool_timeout", pools.reserveTimeout());
    put("autodb_idle_timeout", pools.autodbIdleTimeout());
    put("session_link_at_login", pools.linkSessionsAtLogin());
    var limits = config.limits();
    put("max_client_conn", limits.maxClients());
    put("max_db_connections", limits.maxDbServers());
    put("max_db_client_connections", limits.maxDbClients());
    put("max_user_connections", limits.maxUserServers());
    put("max_user_client_connections", limits.maxUserClients());
  }

  private void putServers(PoolerConfig config) {
    var servers = config.servers();
    put("server_round_robin", servers.roundRobin());
    put("server_lifetime", servers.lifetime());
    put("server_idle_timeout", servers.idleTimeout());
    put("server_connect_timeout", servers.connectTimeout());
    put("server_login_retry", servers.loginRetry());
    values.put("server_check_query", servers.checkQuery());
    put("server_check_delay", servers.checkDelay());
    values.put("server_reset_query", servers.resetQuery());
    put("server_reset_query_always", servers.resetQueryAlways());
  }

  private void putTimeouts(PoolerConfig config) {
    var timeouts = config.timeouts();
    put("query_wait_timeout", timeouts.queryWait());
    put("query_wait_notify", timeouts.queryWaitNotify());
    put("query_timeout", timeouts.query());
    put("transaction_timeout", timeouts.transaction());
    put("idle_transaction_timeout", timeouts.idleTransaction());
    put("client_idle_timeout", timeouts.clientIdle());
    put("client_login_timeout", timeouts.clientLogin());
    put("cancel_wait_timeout", timeouts.cancelWait());
    put("dns_max_ttl", config.dns().maxTtl());
    put("dns_nxdomain_ttl", config.dns().failureTtl());
  }

  private void putProtocol(PoolerConfig config) {
    var protocol = config.protocol();
    put("ignore_startup_parameters", protocol.ignoreStartupParameters());
    put("track_extra_parameters", protocol.trackExtraParameters());
    put("application_name_add_host", protocol.applicationNameAddHost());
    put("max_packet_size", protocol.maxPacketBytes());
    put("max_prepared_statements", protocol.maxPreparedStatements());
    var sockets = config.sockets();
    put("pkt_buf", sockets.readBufferBytes());
    put("tcp_socket_buffer", sockets.socketBufferBytes());
    put("tcp_keepalive", sockets.keepAlive());
    put("tcp_keepcnt", sockets.keepCount());
    put("tcp_keepidle", sockets.keepIdle());
    put("tcp_keepintvl", sockets.keepInterval());
    put("tcp_user_timeout", sockets.userTimeout().toMillis());
  }

  private void putLog(PoolerConfig config, LogConfig log) {
    put("logfile", config.log().file());
    put("log_connections", log.connections());
    put("log_disconnections", log.disconnections());
    put("log_pooler_errors", log.poolerErrors());
    put("log_stats", config.log().stats());
    put("stats_period", config.log().statsPeriod());
    put("verbose", config.log().verbosity());
    put("log_min_duration", config.log().minDurationMillis());
    values.put("log_format", config.log().format().word());
    put("syslog", config.log().syslog().isPresent());
    config
        .log()
        .syslog()
        .ifPresent(syslog -> {
          values.put("syslog_ident", syslog.identity());
          values.put("syslog_facility", syslog.facility().word());
        });
  }

  private void put(String key, long number) {
    values.put(key, Long.toString(number));
  }

  private void put(String key, boolean flag) {
    values.put(key, flag ? "1" : "0");
  }

  private void put(String key, Collection<String> items) {
    values.put(key, String.join(", ", items));
  }

  private void put(String key, Optional<Path> file) {
    values.put(key, file.map(Path::toString).orElse(""));
  }

  /** Seconds, with a fraction if there is one. */
  private void put(String key, Duration duration) {
    BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros();
    values.put(key, seconds.toPlainString());
  }

  /**
   * What is logged after one key was set.
   *
   * @throws PoolerException if there is no such key, it cannot be changed while we run, or the
   *     value is no switch
   */
  static LogConfig changed(LogConfig log, String key, String value) {
    if (!CHANGEABLE.contains(key)) {
      Optional<ConfigKey> known = KeyCatalogue.find(Section.PGBOUNCER, key);
      throw ErrorFields.error(
              known.isPresent()
                  ? SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE
                  : SqlState.UNDEFINED_OBJECT,
              known.isPresent()
                  ? "SET failed: \"" + key + "\" cannot be changed while the pooler runs"
                  : "SET failed: there is no key \"" + key + "\"")
          .withHint(
              known.isPresent()
                  ? "Change it in the configuration file and restart."
                  : "SHOW CONFIG lists the keys.")
          .asException();
    }
    boolean on = flag(key, value);
    return new LogConfig(
        log.file(),
        log.format(),
        log.syslog(),
        key.equals("log_connections") ? on : log.connections(),
        key.equals("log_disconnections") ? on : log.disconnections(),
        key.equals("log_pooler_errors") ? on : log.poolerErrors(),
        log.stats(),
        log.statsPeriod(),
        log.verbosity(),
        log.minDurationMillis());
  }

  private static boolean flag(String key, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "on", "yes", "true" -> true;
      case "0", "off", "no", "false" -> false;
      default ->
          throw ErrorFields.error(
                  SqlState.INVALID_PARAMETER_VALUE,
                  "SET failed: \"" + key + "\" is a switch: 1 or 0, not \"" + value + "\"")
              .asException();
    };
  }
}
