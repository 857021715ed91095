package dev.howdah.pooler.admin;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What SHOW can show, with the columns. Names, order and types are those of PgBouncer 1.25, for the
 * tools that read them; our own columns come after.
 */
enum Topic {
  ACTIVE_SOCKETS(
      Names.CONNECTION
          + ", recv_pos:i, pkt_pos:i, pkt_remain:i, send_pos:i, send_remain:i, pkt_avail:i,"
          + " send_avail:i"),
  ADVICE(
      "database, application_name, clients:q, advisory_lock:q, temp_object:q, held_cursor:q,"
          + " sql_prepared:q, session_authorization:q, seed:q, extension:q, audits:q,"
          + " clients_peak:i, transactions_peak:i"),
  CLIENTS(Names.CONNECTION + ", server_pid:i, pool_user, pin"),
  CONFIG("key, value, default, changeable"),
  DATABASES(
      "name, host, port:i, database, force_user, pool_size:i, min_pool_size:i,"
          + " reserve_pool_size:i, server_lifetime:i, pool_mode, load_balance_hosts,"
          + " max_connections:i, current_connections:i, max_client_connections:i,"
          + " current_client_connections:i, paused:i, disabled:i"),
  DNS_HOSTS("hostname, ttl:q, addrs"),
  DNS_ZONES("zonename, serial:q, count:i"),
  FDS(
      "fd:i, task, user, database, addr, port:i, cancel:q, link:i, client_encoding, std_strings,"
          + " datestyle, timezone, password, scram_client_key, scram_server_key"),
  HELP(""),
  LISTS("list, items:i"),
  MEM("name, size:i, used:i, free:i, memtotal:i"),
  PEERS("peer_id:i, host, port:i, pool_size:i"),
  PEER_POOLS(
      "peer_id:i, cl_active_cancel_req:i, cl_waiting_cancel_req:i, sv_active_cancel:i, sv_login:i"),
  PINS(
      "id:i, database, pool_user, user, addr, port:i, application_name, server_pid:i, reasons,"
          + " statement, since, age_us:q, state"),
  POOLS(
      "database, user, cl_active:i, cl_waiting:i, cl_active_cancel_req:i, cl_waiting_cancel_req:i,"
          + " sv_active:i, sv_active_cancel:i, sv_being_canceled:i, sv_idle:i, sv_used:i,"
          + " sv_tested:i, sv_login:i, maxwait:i, maxwait_us:i, pool_mode, load_balance_hosts,"
          + " pool_size:i, sv_close_needed:i, hold"),
  REPLICAS("node, state, reason, weight:i, zone, received, replayed, lag_bytes:q, lag_ms:q"),
  ROUTING("event, count:q"),
  SERVERS(Names.CONNECTION + ", transaction, close_reason, pin"),
  SOCKETS(
      Names.CONNECTION
          + ", recv_pos:i, pkt_pos:i, pkt_remain:i, send_pos:i, send_remain:i, pkt_avail:i,"
          + " send_avail:i"),
  STATE("key, value"),
  STATS("database, " + Names.TOTALS + ", " + Names.AVERAGES),
  STATS_AVERAGES(
      "database, "
          + Names.COUNTS
          + ", avg_client_parse_count:n, avg_server_parse_count:n,"
          + " avg_bind_count:n"),
  STATS_TOTALS(
      "database, " + Names.COUNTS + ", client_parse_count:n, server_parse_count:n, bind_count:n"),
  TOPOLOGY(
      "node, host, port:i, role, timeline:i, system_identifier, position, heard_ms_ago:q, excluded"),
  TOTALS("name, value:n"),
  USERS(
      "name, pool_size, reserve_pool_size, pool_mode, max_user_connections:i,"
          + " current_connections:i, max_user_client_connections:i, current_client_connections:i"),
  VERSION("version"),
  WAITS(
      "database, pool_user, role, id:i, user, addr, port:i, application_name, age_us:q, server_pid:i,"
          + " state, statement");

  private final String columns;

  Topic(String columns) {
    this.columns = columns;
  }

  /** The columns; none when it shows no table. */
  List<Column> columns() {
    return columns.isEmpty() ? List.of() : Column.list(columns);
  }

  /** The topic of that name in any case; null if there is none. */
  static @Nullable Topic find(String name) {
    for (Topic topic : values()) {
      if (topic.name().equals(name.toUpperCase(Locale.ROOT))) {
        return topic;
      }
    }
    return null;
  }

  /** Columns that several topics have. */
  private static final class Names {
    static final String CONNECTION =
        "type, user, database, replication, state, addr, port:i, local_addr, local_port:i,"
            + " connect_time, request_time, wait:i, wait_us:i, close_needed:i, ptr, link,"
            + " remote_pid:i, tls, application_name, prepared_statements:i, id:i";
    static final String COUNTS =
        "server_assignment_count:n, xact_count:n, query_count:n, bytes_received:n, bytes_sent:n,"
            + " xact_time:n, query_time:n, wait_time:n";
    static final String TOTALS =
        "total_server_assignment_count:n, total_xact_count:n, total_query_count:n,"
            + " total_received:n, total_sent:n, total_xact_time:n, total_query_time:n,"
            + " total_wait_time:n, total_client_parse_count:n, total_server_parse_count:n,"
            + " total_bind_count:n";
    static final String AVERAGES =
        "avg_server_assignment_count:n, avg_xact_count:n, avg_query_count:n, avg_recv:n,"
            + " avg_sent:n, avg_xact_time:n, avg_query_time:n, avg_wait_time:n,"
            + " avg_client_parse_count:n, avg_server_parse_count:n, avg_bind_count:n";
  }
}
