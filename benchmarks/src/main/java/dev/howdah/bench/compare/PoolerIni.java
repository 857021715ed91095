package dev.howdah.bench.compare;

import java.nio.file.Path;
import java.util.List;

/**
 * The configuration that both poolers get, but for their own port and socket directory.
 *
 * @param serverHost address or socket directory of the server
 * @param serverPort its port
 * @param listenPort port of the pooler
 * @param socketDirectory where the pooler puts its socket file
 * @param userList file with the only user
 * @param scram whether clients must show a password
 * @param poolSize server connections the pooler may open
 */
record PoolerIni(
    String serverHost,
    int serverPort,
    int listenPort,
    Path socketDirectory,
    Path userList,
    boolean scram,
    int poolSize) {

  /** More clients than any scenario has. */
  private static final int CLIENTS_MAX = 12_000;

  /**
   * The text of the file.
   *
   * @param more lines for the section {@code [pgbouncer]}, for keys only one of the poolers knows
   */
  String text(List<String> more) {
    return text("host=%s port=%d".formatted(serverHost, serverPort), more);
  }

  /** The same with the server as the only node of a cluster. */
  String clusterText(List<String> more) {
    return text("cluster=main", more)
        + """

        [nodes]
        only = host=%s port=%d

        [routing]
        monitor_user = bench
        """
            .formatted(serverHost, serverPort);
  }

  private String text(String place, List<String> more) {
    String text =
        """
        [databases]
        bench = %s dbname=bench

        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir = %s
        auth_type = %s
        auth_file = %s
        pool_mode = transaction
        default_pool_size = %d
        max_client_conn = %d
        server_tls_sslmode = disable
        log_connections = 0
        log_disconnections = 0
        log_stats = 0
        """
            .formatted(
                place,
                listenPort,
                socketDirectory,
                scram ? "scram-sha-256" : "trust",
                userList,
                poolSize,
                CLIENTS_MAX);
    return more.isEmpty() ? text : text + String.join("\n", more) + "\n";
  }
}
