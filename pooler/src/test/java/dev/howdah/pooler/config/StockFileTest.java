package dev.howdah.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file laid out like the one that distributions install, every usual key set. */
class StockFileTest {

  private static final String STOCK =
      """
      ;; databases first
      [databases]
      ;foodb =
      bardb = host=localhost dbname=bazdb
      forcedb = host=localhost port=300 user=baz password=foo client_encoding=UNICODE datestyle=ISO connect_query='SELECT 1'
      nondefaultdb = pool_size=50 reserve_pool=10
      * = host=testserver

      ;; then users
      [users]
      user1 = pool_mode=transaction max_user_connections=10

      [pgbouncer]
      logfile = /var/log/postgresql/pgbouncer.log
      pidfile = /var/run/postgresql/pgbouncer.pid

      ; where to wait for clients
      listen_addr = localhost
      listen_port = 6432
      unix_socket_dir = /var/run/postgresql
      unix_socket_mode = 0777
      unix_socket_group =

      # encryption is off
      client_tls_sslmode = disable
      client_tls_key_file =
      client_tls_cert_file =
      client_tls_ciphers = fast
      client_tls_protocols = secure
      client_tls_dheparams = auto
      client_tls_ecdhcurve = auto
      server_tls_sslmode = disable
      server_tls_ciphers = fast

      auth_type = md5
      auth_file = /etc/pgbouncer/userlist.txt
      auth_hba_file =
      admin_users = user2, someadmin, otheradmin
      stats_users = stats, root

      pool_mode = session
      server_reset_query = DISCARD ALL
      server_reset_query_always = 0
      ignore_startup_parameters = extra_float_digits
      server_check_query = select 1
      server_check_delay = 30
      application_name_add_host = 0
      stats_period = 60
      max_client_conn = 100
      default_pool_size = 20
      min_pool_size = 0
      reserve_pool_size = 0
      reserve_pool_timeout = 5
      max_db_connections = 0
      max_user_connections = 0
      server_round_robin = 0
      syslog = 0
      syslog_facility = daemon
      syslog_ident = pgbouncer
      log_connections = 1
      verbose = 0
      server_lifetime = 3600
      query_wait_timeout = 120
      suspend_timeout = 10
      pkt_buf = 4096
      sbuf_loopcnt = 5
      max_packet_size = 2147483647
      tcp_defer_accept = 0
      tcp_socket_buffer = 0
      tcp_keepalive = 1
      dns_max_ttl = 15
      dns_zone_check_period = 0
      disable_pqexec = 0
      """;

  @TempDir Path directory;

  @Test
  void a_stock_file_loads() throws ConfigException {
    var loaded = new ConfigFixture(directory).load(STOCK);

    assertThat(loaded.config().databases()).containsOnlyKeys("bardb", "forcedb", "nondefaultdb");
    assertThat(loaded.config().fallbackDatabase()).isNotNull();
    assertThat(loaded.config().log().file()).isPresent();
    assertThat(loaded.warnings()).isEmpty();
  }
}
