package dev.howdah.pooler.admin;

import dev.howdah.pooler.config.KeyCatalogue;
import dev.howdah.pooler.config.LogConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.Section;
import dev.howdah.pooler.config.TlsConfig;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The keys of {@code [pgbouncer]} as texts: what SHOW CONFIG shows. */
final class ConfigValues {
  private final Map<String, String> values = new HashMap<>();

  private ConfigValues(PoolerConfig config) {
    putListening(config);
    putPools(config);
    putServers(config);
    putTimeouts(config);
    putProtocol(config);
    putLog(config);
    putTls("client_tls_", config.clientTls());
    putTls("server_tls_", config.serverTls());
  }

  /** The values at present. */
  static Table table(PoolerConfig config) {
    Map<String, String> values = new ConfigValues(config).values;
    Table table = new Table(Topic.CONFIG.columns());
    KeyCatalogue.keys().stream()
        .filter(key -> key.section() == Section.PGBOUNCER)
        .forEach(key ->
            table.add(
                key.name(),
                values.getOrDefault(key.name(), key.defaultValue()),
                key.defaultValue(),
                key.isChangeable() ? "yes" : "no"));
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
    put("reload_on_change", config.process().reloadOnChange());
    put("auth_hba_file", config.auth().hba().file());
    put("auth_ident_file", config.auth().hba().identFile());
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
    values.put("session_state", pools.sessionState().word());
    put("pin_idle_timeout", pools.pinIdleTimeout());
    put("listen_wakeup", pools.listenWakeup());
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

  private void putLog(PoolerConfig config) {
    LogConfig log = config.log();
    put("logfile", log.file());
    put("log_connections", log.connections());
    put("log_disconnections", log.disconnections());
    put("log_pooler_errors", log.poolerErrors());
    put("log_stats", log.stats());
    put("stats_period", log.statsPeriod());
    put("verbose", log.verbosity());
    put("log_min_duration", log.minDurationMillis());
    values.put("log_format", log.format().word());
    put("syslog", log.syslog().isPresent());
    log.syslog()
        .ifPresent(syslog -> {
          values.put("syslog_ident", syslog.identity());
          values.put("syslog_facility", syslog.facility().word());
        });
  }

  private void putTls(String prefix, TlsConfig tls) {
    values.put(prefix + "sslmode", tls.mode().word());
    put(prefix + "key_file", tls.keyFile());
    put(prefix + "cert_file", tls.certFile());
    put(prefix + "ca_file", tls.caFile());
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
}
