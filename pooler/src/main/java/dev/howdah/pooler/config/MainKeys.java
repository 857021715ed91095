package dev.howdah.pooler.config;

import static dev.howdah.pooler.config.ConfigKey.Kind.BYTES;
import static dev.howdah.pooler.config.ConfigKey.Kind.CHOICE;
import static dev.howdah.pooler.config.ConfigKey.Kind.FILE;
import static dev.howdah.pooler.config.ConfigKey.Kind.FLAG;
import static dev.howdah.pooler.config.ConfigKey.Kind.INTEGER;
import static dev.howdah.pooler.config.ConfigKey.Kind.LIST;
import static dev.howdah.pooler.config.ConfigKey.Kind.MILLISECONDS;
import static dev.howdah.pooler.config.ConfigKey.Kind.SECONDS;
import static dev.howdah.pooler.config.ConfigKey.Kind.TEXT;

import dev.howdah.pooler.config.ConfigKey.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The keys of {@code [pgbouncer]}, with the defaults of PgBouncer 1.25. */
final class MainKeys {

  private static final String ALL_TLS13_CIPHERS =
      "the cipher suites of TLS 1.3 are all sound and cannot be chosen; leave it empty";
  private static final String NO_RECONNECT =
      "after RECONNECT a session keeps its server connection to its end";

  private MainKeys() {}

  static List<ConfigKey> all() {
    return Stream.of(
            listening(),
            authentication(),
            pools(),
            servers(),
            timeouts(),
            protocol(),
            sockets(),
            logging(),
            tls(),
            other(),
            own())
        .flatMap(List::stream)
        .toList();
  }

  private static ConfigKey key(String name, Kind kind, String defaultValue) {
    return ConfigKey.works(Section.PGBOUNCER, name, kind, defaultValue);
  }

  private static List<ConfigKey> listening() {
    return List.of(
        key("listen_addr", LIST, "").atStart(),
        key("listen_port", INTEGER, "6432").between(0, 65535).atStart(),
        key("listen_backlog", INTEGER, "128").between(1, 65535).atStart(),
        key("unix_socket_dir", FILE, "/tmp").atStart(),
        key("unix_socket_mode", INTEGER, "0777").between(0, 0777).atStart(),
        key("unix_socket_group", TEXT, "").atStart(),
        key("so_reuseport", FLAG, "0").atStart(),
        key("tcp_defer_accept", FLAG, "1").atStart());
  }

  private static List<ConfigKey> authentication() {
    return List.of(
        key("auth_type", CHOICE, "md5")
            .words("any", "trust", "plain", "md5", "scram-sha-256", "cert", "peer", "hba")
            .refusing(
                Map.of(
                    "pam", "PAM is not planned; use scram-sha-256 or md5",
                    "ldap", "LDAP is not planned; use scram-sha-256 or md5",
                    "crypt", "PgBouncer removed it in 1.7; use scram-sha-256")),
        key("auth_file", FILE, ""),
        key("auth_hba_file", FILE, ""),
        key("auth_ident_file", FILE, ""),
        key("auth_ldap_options", TEXT, "").refused("LDAP is not planned; use auth_file"),
        key("auth_user", TEXT, ""),
        key(
            "auth_query",
            TEXT,
            "SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END"
                + " FROM pg_authid WHERE rolname=$1 AND rolcanlogin"),
        key("auth_dbname", TEXT, ""),
        key("scram_iterations", INTEGER, "4096").between(1, Integer.MAX_VALUE),
        key("admin_users", LIST, ""),
        key("stats_users", LIST, ""));
  }

  private static List<ConfigKey> pools() {
    return List.of(
        key("pool_mode", CHOICE, "session").words("session", "transaction", "statement"),
        key("default_pool_size", INTEGER, "20").between(1, Integer.MAX_VALUE),
        key("min_pool_size", INTEGER, "0"),
        key("reserve_pool_size", INTEGER, "0"),
        key("reserve_pool_timeout", SECONDS, "5"),
        key("max_client_conn", INTEGER, "100").between(1, Integer.MAX_VALUE),
        key("max_db_connections", INTEGER, "0"),
        key("max_db_client_connections", INTEGER, "0"),
        key("max_user_connections", INTEGER, "0"),
        key("max_user_client_connections", INTEGER, "0"),
        key("autodb_idle_timeout", SECONDS, "3600"),
        key("pool_idle_timeout", SECONDS, "0")
            .refused("empty pools are kept with their statistics; leave it at 0"));
  }

  private static List<ConfigKey> servers() {
    return List.of(
        key("server_round_robin", FLAG, "0"),
        key("server_lifetime", SECONDS, "3600"),
        key("server_idle_timeout", SECONDS, "600"),
        key("server_connect_timeout", SECONDS, "15"),
        key("server_login_retry", SECONDS, "15"),
        key("server_check_query", TEXT, "<empty>"),
        key("server_check_delay", SECONDS, "30"),
        key("server_reset_query", TEXT, "DISCARD ALL"),
        key("server_reset_query_always", FLAG, "0"),
        key("server_fast_close", FLAG, "0").withoutEffect(NO_RECONNECT));
  }

  private static List<ConfigKey> timeouts() {
    return List.of(
        key("query_wait_timeout", SECONDS, "120"),
        key("query_wait_notify", SECONDS, "5"),
        key("query_timeout", SECONDS, "0"),
        key("transaction_timeout", SECONDS, "0"),
        key("idle_transaction_timeout", SECONDS, "0"),
        key("client_idle_timeout", SECONDS, "0"),
        key("client_login_timeout", SECONDS, "60"),
        key("cancel_wait_timeout", SECONDS, "10"),
        key("suspend_timeout", SECONDS, "10")
            .withoutEffect("SUSPEND waits until no server connection is in use"));
  }

  private static List<ConfigKey> protocol() {
    return List.of(
        key("ignore_startup_parameters", LIST, ""),
        key("track_extra_parameters", LIST, "IntervalStyle").atStart(),
        key("application_name_add_host", FLAG, "0"),
        key("max_packet_size", BYTES, "2147483647").between(8, 0xFFFF_FFFFL),
        key("max_prepared_statements", INTEGER, "200"),
        key("disable_pqexec", FLAG, "0")
            .refused("the simple query protocol cannot be switched off; leave it at 0"),
        key("login_notify_message", TEXT, "")
            .refused("no welcome message is sent; leave it empty"));
  }

  private static List<ConfigKey> sockets() {
    return List.of(
        key("pkt_buf", BYTES, "4096").between(64, 1 << 24).atStart(),
        key("sbuf_loopcnt", INTEGER, "5")
            .withoutEffect("a connection is read once per turn of its event loop, however much"),
        key("tcp_keepalive", FLAG, "1"),
        key("tcp_keepcnt", INTEGER, "0").between(0, 127),
        key("tcp_keepidle", SECONDS, "0").between(0, 32767),
        key("tcp_keepintvl", SECONDS, "0").between(0, 32767),
        key("tcp_user_timeout", MILLISECONDS, "0"),
        key("tcp_socket_buffer", BYTES, "0").between(0, 1 << 30),
        key("dns_max_ttl", SECONDS, "15"),
        key("dns_nxdomain_ttl", SECONDS, "15"),
        key("dns_zone_check_period", SECONDS, "0")
            .refused("zone serials are not watched; lower dns_max_ttl instead"),
        key("resolv_conf", FILE, "")
            .refused("the system's resolver configuration is used; change it there"));
  }

  private static List<ConfigKey> logging() {
    return List.of(
        key("logfile", FILE, ""),
        key("pidfile", FILE, "").atStart(),
        key("log_connections", FLAG, "1"),
        key("log_disconnections", FLAG, "1"),
        key("log_pooler_errors", FLAG, "1"),
        key("log_stats", FLAG, "1"),
        key("stats_period", SECONDS, "60").between(1, 86_400),
        key("verbose", INTEGER, "0").between(0, 3),
        key("syslog", FLAG, "0"),
        key("syslog_facility", CHOICE, "daemon").words(SyslogConfig.Facility.words()),
        key("syslog_ident", TEXT, "pgbouncer"),
        key("log_format", CHOICE, "text").words("text", "json"),
        key("log_min_duration", INTEGER, "-1").between(-1, Integer.MAX_VALUE));
  }

  private static List<ConfigKey> tls() {
    String[] modes = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};
    return List.of(
        key("client_tls_sslmode", CHOICE, "disable").words(modes),
        key("client_tls_key_file", FILE, ""),
        key("client_tls_cert_file", FILE, ""),
        key("client_tls_ca_file", FILE, ""),
        key("client_tls_protocols", TEXT, "secure"),
        key("client_tls_ciphers", TEXT, "default"),
        key("client_tls13_ciphers", TEXT, "").words("<empty>").refused(ALL_TLS13_CIPHERS),
        key("client_tls_ecdhcurve", TEXT, "auto")
            .refused("the curves are negotiated, X25519 first; leave it at auto"),
        key("client_tls_dheparams", TEXT, "auto")
            .words("none")
            .refused("keys are exchanged on elliptic curves only; leave it at auto"),
        key("server_tls_sslmode", CHOICE, "prefer").words(modes),
        key("server_tls_key_file", FILE, ""),
        key("server_tls_cert_file", FILE, ""),
        key("server_tls_ca_file", FILE, ""),
        key("server_tls_protocols", TEXT, "secure"),
        key("server_tls_ciphers", TEXT, "default"),
        key("server_tls13_ciphers", TEXT, "").words("<empty>").refused(ALL_TLS13_CIPHERS));
  }

  private static List<ConfigKey> other() {
    return List.of(
        key("user", TEXT, "").atStart(),
        key("peer_id", INTEGER, "0").between(0, PeeringConfig.ID_MAX).atStart(),
        key("conffile", FILE, "").withoutEffect("the file is named on the command line").atStart(),
        key("job_name", TEXT, "pgbouncer").withoutEffect("there is no Windows service").atStart(),
        key("service_name", TEXT, "pgbouncer")
            .withoutEffect("there is no Windows service")
            .atStart());
  }

  private static List<ConfigKey> own() {
    return List.of(
        key("event_loops", INTEGER, "0").between(0, 1024).atStart(),
        key("io", CHOICE, "epoll").words("auto", "epoll", "io_uring", "nio").atStart(),
        key("drain_timeout", SECONDS, "0"),
        key("session_link_at_login", FLAG, "0"),
        key("reload_on_change", FLAG, "0"),
        key("server_tls_sslnegotiation", CHOICE, "postgres").words("postgres", "direct"),
        key("session_state", CHOICE, "track").words("track", "strict", "off"),
        key("pin_idle_timeout", SECONDS, "0"),
        key("lazy_begin", FLAG, "1"),
        key("listen_wakeup", FLAG, "0"),
        key("session_advice", FLAG, "0"));
  }
}
