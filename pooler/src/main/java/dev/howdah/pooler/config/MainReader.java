package dev.howdah.pooler.config;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the records of {@code [pgbouncer]}, one method each. */
final class MainReader {

  private final Settings main;

  MainReader(Settings main) {
    this.main = main;
  }

  /** Everything, with what other readers have read. */
  PoolerConfig config(
      AuthConfig auth,
      PeeringConfig peering,
      Optional<HttpConfig> http,
      TlsConfig clientTls,
      TlsConfig serverTls,
      Map<String, DatabaseConfig> databases,
      @Nullable DatabaseConfig fallback,
      Map<String, UserConfig> users,
      RoutingConfig routing,
      Optional<ClusterConfig> cluster) {
    return new PoolerConfig(
        listen(),
        auth,
        pools(),
        limits(),
        servers(),
        timeouts(),
        protocol(),
        sockets(),
        dns(),
        log(),
        console(),
        process(),
        peering,
        http,
        clientTls,
        serverTls,
        databases,
        fallback,
        users,
        routing,
        cluster);
  }

  ListenConfig listen() {
    return new ListenConfig(
        main.list("listen_addr"),
        main.integer("listen_port"),
        main.integer("listen_backlog"),
        main.optionalPath("unix_socket_dir"),
        main.integer("unix_socket_mode"),
        main.optionalText("unix_socket_group"),
        main.flag("so_reuseport"),
        main.flag("tcp_defer_accept"));
  }

  PoolDefaults pools() {
    return new PoolDefaults(
        main.choice("pool_mode", PoolMode.class),
        main.integer("default_pool_size"),
        main.integer("min_pool_size"),
        main.integer("reserve_pool_size"),
        main.duration("reserve_pool_timeout"),
        main.duration("autodb_idle_timeout"),
        main.flag("session_link_at_login"),
        main.choice("session_state", SessionState.class),
        main.duration("pin_idle_timeout"),
        main.flag("lazy_begin"),
        main.flag("listen_wakeup"),
        main.flag("session_advice"));
  }

  LimitConfig limits() {
    return new LimitConfig(
        main.integer("max_client_conn"),
        main.integer("max_db_connections"),
        main.integer("max_db_client_connections"),
        main.integer("max_user_connections"),
        main.integer("max_user_client_connections"));
  }

  ServerConfig servers() {
    return new ServerConfig(
        main.flag("server_round_robin"),
        main.duration("server_lifetime"),
        main.duration("server_idle_timeout"),
        main.duration("server_connect_timeout"),
        main.duration("server_login_retry"),
        main.text("server_check_query"),
        main.duration("server_check_delay"),
        main.text("server_reset_query"),
        main.flag("server_reset_query_always"));
  }

  TimeoutConfig timeouts() {
    return new TimeoutConfig(
        main.duration("query_wait_timeout"),
        main.duration("query_wait_notify"),
        main.duration("query_timeout"),
        main.duration("transaction_timeout"),
        main.duration("idle_transaction_timeout"),
        main.duration("client_idle_timeout"),
        main.duration("client_login_timeout"),
        main.duration("cancel_wait_timeout"));
  }

  ProtocolConfig protocol() {
    return new ProtocolConfig(
        main.list("ignore_startup_parameters"),
        main.list("track_extra_parameters"),
        main.flag("application_name_add_host"),
        main.bytes("max_packet_size"),
        main.integer("max_prepared_statements"));
  }

  SocketConfig sockets() {
    return new SocketConfig(
        (int) main.bytes("pkt_buf"),
        (int) main.bytes("tcp_socket_buffer"),
        main.flag("tcp_keepalive"),
        main.integer("tcp_keepcnt"),
        main.wholeSeconds("tcp_keepidle"),
        main.wholeSeconds("tcp_keepintvl"),
        main.duration("tcp_user_timeout"));
  }

  DnsConfig dns() {
    return new DnsConfig(main.duration("dns_max_ttl"), main.duration("dns_nxdomain_ttl"));
  }

  LogConfig log() {
    return new LogConfig(
        main.optionalPath("logfile"),
        main.choice("log_format", LogFormat.class),
        syslog(),
        main.flag("log_connections"),
        main.flag("log_disconnections"),
        main.flag("log_pooler_errors"),
        main.flag("log_stats"),
        main.duration("stats_period"),
        main.integer("verbose"),
        main.integer("log_min_duration"));
  }

  private Optional<SyslogConfig> syslog() {
    String identity = main.text("syslog_ident");
    SyslogConfig.Facility facility = main.choice("syslog_facility", SyslogConfig.Facility.class);
    return main.flag("syslog")
        ? Optional.of(new SyslogConfig(identity, facility))
        : Optional.empty();
  }

  ConsoleConfig console() {
    return new ConsoleConfig(
        new LinkedHashSet<>(main.list("admin_users")),
        new LinkedHashSet<>(main.list("stats_users")));
  }

  ProcessConfig process() {
    return new ProcessConfig(
        main.optionalText("user"),
        main.optionalPath("pidfile"),
        main.integer("event_loops"),
        main.choice("io", IoTransport.class),
        main.duration("drain_timeout"),
        main.flag("reload_on_change"));
  }
}
