package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.pooler.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainMappingTest {

  private record Mapping(
      String key, String text, Function<PoolerConfig, ?> accessor, Object expected) {}

  private final List<Mapping> mappings = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void every_working_key_reaches_its_record() throws ConfigException {
    listening();
    pools();
    servers();
    timeouts();
    protocolAndSockets();
    logAndProcess();
    tls();

    var fixture = new ConfigFixture(directory);
    var defaults = fixture.main("");
    for (Mapping mapping : mappings) {
      var config = fixture.main(mapping.key + " = " + mapping.text + "\n");

      assertThat(mapping.accessor.apply(config)).as(mapping.key).isEqualTo(mapping.expected);
      assertThat(mapping.accessor.apply(defaults)).as(mapping.key).isNotEqualTo(mapping.expected);
    }

    assertThat(mappings.stream().map(Mapping::key).toList())
        .containsExactlyInAnyOrderElementsOf(
            KeyCatalogue.keys().stream()
                .filter(key -> key.section() == Section.PGBOUNCER)
                .filter(key -> key.support() == ConfigKey.Support.WORKS)
                .map(ConfigKey::name)
                .toList());
  }

  private void map(String key, String text, Function<PoolerConfig, ?> accessor, Object expected) {
    mappings.add(new Mapping(key, text, accessor, expected));
  }

  private void listening() {
    map("listen_addr", "::1, db", c -> c.listen().addresses(), List.of("::1", "db"));
    map("listen_port", "7000", c -> c.listen().port(), 7000);
    map("listen_backlog", "511", c -> c.listen().backlog(), 511);
    map(
        "unix_socket_dir",
        "/run/howdah",
        c -> c.listen().unixSocketDirectory(),
        Optional.of(Path.of("/run/howdah")));
    map("unix_socket_mode", "0770", c -> c.listen().unixSocketMode(), 0770);
    map("unix_socket_group", "pg", c -> c.listen().unixSocketGroup(), Optional.of("pg"));
    map("so_reuseport", "1", c -> c.listen().reusePort(), true);
    map("tcp_defer_accept", "0", c -> c.listen().deferAccept(), false);
    map("auth_type", "SCRAM-SHA-256", c -> c.auth().type(), AuthType.SCRAM_SHA_256);
    map("auth_file", "/u.txt", c -> c.auth().file(), Optional.of(Path.of("/u.txt")));
    map("auth_hba_file", "/h", c -> c.auth().hba().file(), Optional.of(Path.of("/h")));
    map("auth_ident_file", "/i", c -> c.auth().hba().identFile(), Optional.of(Path.of("/i")));
    map("auth_user", "asker", c -> c.auth().query().user(), Optional.of("asker"));
    map("auth_query", "SELECT $1", c -> c.auth().query().sql(), Optional.of("SELECT $1"));
    map("auth_dbname", "users", c -> c.auth().query().database(), Optional.of("users"));
    map("scram_iterations", "8192", c -> c.auth().scramIterations(), 8192);
    map("admin_users", "a, b", c -> c.console().adminUsers(), Set.of("a", "b"));
    map("stats_users", "c", c -> c.console().statsUsers(), Set.of("c"));
  }

  private void pools() {
    map("pool_mode", "transaction", c -> c.pools().mode(), PoolMode.TRANSACTION);
    map("default_pool_size", "40", c -> c.pools().size(), 40);
    map("min_pool_size", "3", c -> c.pools().minSize(), 3);
    map("reserve_pool_size", "4", c -> c.pools().reserveSize(), 4);
    map("reserve_pool_timeout", "1.5", c -> c.pools().reserveTimeout(), Duration.ofMillis(1500));
    map("autodb_idle_timeout", "2h", c -> c.pools().autodbIdleTimeout(), Duration.ofHours(2));
    map("session_link_at_login", "on", c -> c.pools().linkSessionsAtLogin(), true);
    map("session_state", "off", c -> c.pools().sessionState(), SessionState.OFF);
    map("session_advice", "1", c -> c.pools().sessionAdvice(), true);
    map("pin_idle_timeout", "90", c -> c.pools().pinIdleTimeout(), Duration.ofSeconds(90));
    map("lazy_begin", "off", c -> c.pools().lazyBegin(), false);
    map("listen_wakeup", "on", c -> c.pools().listenWakeup(), true);
    map("max_client_conn", "5000", c -> c.limits().maxClients(), 5000);
    map("max_db_connections", "11", c -> c.limits().maxDbServers(), 11);
    map("max_db_client_connections", "12", c -> c.limits().maxDbClients(), 12);
    map("max_user_connections", "13", c -> c.limits().maxUserServers(), 13);
    map("max_user_client_connections", "14", c -> c.limits().maxUserClients(), 14);
  }

  private void servers() {
    map("server_round_robin", "1", c -> c.servers().roundRobin(), true);
    map("server_lifetime", "0", c -> c.servers().lifetime(), Duration.ZERO);
    map("server_idle_timeout", "5min", c -> c.servers().idleTimeout(), Duration.ofMinutes(5));
    map("server_connect_timeout", "2", c -> c.servers().connectTimeout(), Duration.ofSeconds(2));
    map("server_login_retry", "500ms", c -> c.servers().loginRetry(), Duration.ofMillis(500));
    map("server_check_query", "select 1", c -> c.servers().checkSql(), "select 1");
    map("server_check_delay", "0", c -> c.servers().checkDelay(), Duration.ZERO);
    map("server_reset_query", "", c -> c.servers().resetQuery(), "");
    map("server_reset_query_always", "1", c -> c.servers().resetQueryAlways(), true);
  }

  private void timeouts() {
    map("query_wait_timeout", "7", c -> c.timeouts().queryWait(), Duration.ofSeconds(7));
    map("query_wait_notify", "0", c -> c.timeouts().queryWaitNotify(), Duration.ZERO);
    map("query_timeout", "8", c -> c.timeouts().query(), Duration.ofSeconds(8));
    map("transaction_timeout", "9", c -> c.timeouts().transaction(), Duration.ofSeconds(9));
    map(
        "idle_transaction_timeout",
        "10",
        c -> c.timeouts().idleTransaction(),
        Duration.ofSeconds(10));
    map("client_idle_timeout", "1d", c -> c.timeouts().clientIdle(), Duration.ofDays(1));
    map("client_login_timeout", "11", c -> c.timeouts().clientLogin(), Duration.ofSeconds(11));
    map("cancel_wait_timeout", "12", c -> c.timeouts().cancelWait(), Duration.ofSeconds(12));
  }

  private void protocolAndSockets() {
    map(
        "ignore_startup_parameters",
        "extra_float_digits, options",
        c -> c.protocol().ignoreStartupParameters(),
        List.of("extra_float_digits", "options"));
    map(
        "track_extra_parameters",
        "search_path",
        c -> c.protocol().trackExtraParameters(),
        List.of("search_path"));
    map("application_name_add_host", "1", c -> c.protocol().applicationNameAddHost(), true);
    map("max_packet_size", "64MB", c -> c.protocol().maxPacketBytes(), 64L << 20);
    map("max_prepared_statements", "0", c -> c.protocol().maxPreparedStatements(), 0);
    map("pkt_buf", "16kB", c -> c.sockets().readBufferBytes(), 16384);
    map("tcp_keepalive", "0", c -> c.sockets().keepAlive(), false);
    map("tcp_keepcnt", "5", c -> c.sockets().keepCount(), 5);
    map("tcp_keepidle", "600", c -> c.sockets().keepIdle(), Duration.ofMinutes(10));
    map("tcp_keepintvl", "10", c -> c.sockets().keepInterval(), Duration.ofSeconds(10));
    map("tcp_user_timeout", "1500", c -> c.sockets().userTimeout(), Duration.ofMillis(1500));
    map("tcp_socket_buffer", "65536", c -> c.sockets().socketBufferBytes(), 65536);
    map("dns_max_ttl", "1", c -> c.dns().maxTtl(), Duration.ofSeconds(1));
    map("dns_nxdomain_ttl", "2", c -> c.dns().failureTtl(), Duration.ofSeconds(2));
  }

  private void tls() {
    String off = "\nserver_tls_sslmode = disable"; // so that no file is read
    map("client_tls_key_file", "/k", c -> c.clientTls().keyFile(), Optional.of(Path.of("/k")));
    map("client_tls_cert_file", "/c", c -> c.clientTls().certFile(), Optional.of(Path.of("/c")));
    map("client_tls_ca_file", "/a", c -> c.clientTls().caFile(), Optional.of(Path.of("/a")));
    map("client_tls_protocols", "tlsv1.3", c -> c.clientTls().protocols(), List.of("TLSv1.3"));
    map(
        "client_tls_ciphers",
        "ECDHE-RSA-AES128-GCM-SHA256",
        c -> c.clientTls().ciphers(),
        List.of(TlsCipher.ECDHE_RSA_AES128_GCM_SHA256));
    map(
        "server_tls_key_file",
        "/k" + off,
        c -> c.serverTls().keyFile(),
        Optional.of(Path.of("/k")));
    map(
        "server_tls_cert_file",
        "/c" + off,
        c -> c.serverTls().certFile(),
        Optional.of(Path.of("/c")));
    map("server_tls_ca_file", "/a" + off, c -> c.serverTls().caFile(), Optional.of(Path.of("/a")));
    map("server_tls_protocols", "tlsv1.2", c -> c.serverTls().protocols(), List.of("TLSv1.2"));
    map(
        "server_tls_ciphers",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        c -> c.serverTls().ciphers(),
        List.of(TlsCipher.ECDHE_ECDSA_AES256_GCM_SHA384));
    map(
        "server_tls_sslnegotiation",
        "direct\nserver_tls_sslmode = require",
        c -> c.serverTls().direct(),
        true);
    map("server_tls_sslmode", "require", c -> c.serverTls().mode(), TlsMode.REQUIRE);
    var certificates = new TestCertificates(directory);
    certificates.issue("localhost");
    String files =
        "\nclient_tls_key_file = %s\nclient_tls_cert_file = %s"
            .formatted(certificates.file("localhost.key"), certificates.file("localhost.crt"));
    map("client_tls_sslmode", "allow" + files, c -> c.clientTls().mode(), TlsMode.ALLOW);
  }

  private void logAndProcess() {
    map("logfile", "p.log", c -> c.log().file(), Optional.of(Path.of("p.log")));
    map("log_connections", "0", c -> c.log().connections(), false);
    map("log_disconnections", "0", c -> c.log().disconnections(), false);
    map("log_pooler_errors", "0", c -> c.log().poolerErrors(), false);
    map("log_stats", "0", c -> c.log().stats(), false);
    map("stats_period", "30", c -> c.log().statsPeriod(), Duration.ofSeconds(30));
    map("verbose", "2", c -> c.log().verbosity(), 2);
    map("user", "postgres", c -> c.process().user(), Optional.of("postgres"));
    map("pidfile", "p.pid", c -> c.process().pidFile(), Optional.of(Path.of("p.pid")));
    map("log_format", "json", c -> c.log().format(), LogFormat.JSON);
    map("log_min_duration", "250", c -> c.log().minDurationMillis(), 250);
    map(
        "syslog",
        "1\nsyslog_ident = erp\nsyslog_facility = local3",
        c -> c.log().syslog(),
        Optional.of(new SyslogConfig("erp", SyslogConfig.Facility.LOCAL3)));
    map(
        "syslog_ident",
        "erp\nsyslog = 1",
        c -> c.log().syslog().map(SyslogConfig::identity),
        Optional.of("erp"));
    map(
        "syslog_facility",
        "auth\nsyslog = 1",
        c -> c.log().syslog().map(SyslogConfig::facility),
        Optional.of(SyslogConfig.Facility.AUTH));
    map("drain_timeout", "30", c -> c.process().drainTimeout(), Duration.ofSeconds(30));
    map("peer_id", "16383", c -> c.peering().ownId(), 16383);
    map("event_loops", "4", c -> c.process().eventLoops(), 4);
    map("io", "io_uring", c -> c.process().transport(), IoTransport.IO_URING);
    map("reload_on_change", "1", c -> c.process().reloadOnChange(), true);
  }
}
