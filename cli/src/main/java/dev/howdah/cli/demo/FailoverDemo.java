package dev.howdah.cli.demo;

import dev.howdah.cli.output.LiveLine;
import dev.howdah.cli.postgres.Binaries;
import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.cli.serve.PoolerLauncher;
import dev.howdah.cli.serve.RunningPooler;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * Three servers, a pooler that is a cluster of its own, and clients that write: the primary is
 * killed in front of everybody's eyes, and the books are compared afterwards. The cluster's truth
 * is kept in memory, which is good for a demonstration and for nothing else.
 *
 * <p>Blocking; one run per object.
 */
public final class FailoverDemo {

  private static final Duration STANDBY_DEADLINE = Duration.ofSeconds(30);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int TICKS_BEFORE = 6;
  private static final int TICKS_AFTER_MIN = 4;
  private static final int TICKS_AFTER_MAX = 30;
  private static final int WRITERS_MAX = 50;

  private final DemoOptions options;
  private final PoolerLauncher launcher;
  private final PrintStream out;
  private final LiveLine line;

  /** Prints to {@code out}, which is a terminal or is not. */
  public FailoverDemo(
      DemoOptions options, PoolerLauncher launcher, PrintStream out, boolean terminal) {
    this.options = options;
    this.launcher = launcher;
    this.out = out;
    this.line = new LiveLine(out, terminal);
  }

  /**
   * Runs it.
   *
   * @return whether a standby took over and everything that was acknowledged is there, once
   */
  public boolean run(Demo.Stop stop)
      throws InterruptedException, IOException, SQLException, LaunchException {
    out.println("Starting a primary and two standbys ...");
    PostgresOptions settings =
        PostgresOptions.defaults()
            .withClosedAtExit(false)
            .withSetting("wal_retrieve_retry_interval", "200ms");
    try (LocalPostgres pg1 = LocalPostgres.start(Binaries.embedded(), settings);
        LocalPostgres pg2 = pg1.createStandby("pg2");
        LocalPostgres pg3 = pg1.createStandby("pg3")) {
      pg1.execute("postgres", "CREATE TABLE orders (id bigint)");
      if (!ClusterWatch.awaitStreaming(pg1, STANDBY_DEADLINE)) {
        throw new IOException("the standbys do not stream: " + pg2.logFile());
      }
      Path folder = Files.createTempDirectory("howdah-demo");
      try {
        return write(stop, List.of(pg1, pg2, pg3), configure(folder, pg1, pg2, pg3));
      } finally {
        Files.deleteIfExists(folder.resolve("userlist.txt"));
        Files.deleteIfExists(folder.resolve("howdah.ini"));
        Files.deleteIfExists(folder);
      }
    }
  }

  private Path configure(Path folder, LocalPostgres... nodes) throws IOException {
    Path users =
        Files.writeString(
            folder.resolve("userlist.txt"), "\"" + LocalPostgres.SUPERUSER + "\" \"\"\n");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < nodes.length; i++) {
      lines.append("pg%d = host=127.0.0.1 port=%d\n".formatted(i + 1, nodes[i].endpoint().port()));
    }
    return Files.writeString(
        folder.resolve("howdah.ini"),
        """
        [databases]
        * = cluster=main
        [nodes]
        %s
        [cluster]
        store = memory
        process_name = demo
        node_user = postgres
        replication_user = postgres
        synchronous_mode = on
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        server_tls_sslmode = disable
        auth_type = trust
        auth_file = %s
        pool_mode = transaction
        default_pool_size = %d
        max_client_conn = %d
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(
                lines,
                DemoConfiguration.freePort(options.port()),
                users,
                options.servers(),
                options.clients() + 100));
  }

  private boolean write(Demo.Stop stop, List<LocalPostgres> nodes, Path configuration)
      throws InterruptedException, SQLException, LaunchException {
    OrderWriters writers;
    int survivor;
    try (RunningPooler pooler = launcher.launch(configuration)) {
      out.println("pg1 is primary, pg2 and pg3 follow it; the pooler is at " + pooler.endpoint());
      String url =
          "jdbc:postgresql://" + pooler.endpoint() + "/postgres?user=" + LocalPostgres.SUPERUSER;
      try (OrderWriters at = new OrderWriters(url, Math.min(options.clients(), WRITERS_MAX))) {
        writers = at;
        for (int tick = 0; tick < TICKS_BEFORE; tick++) {
          if (pause(stop, at)) {
            return true;
          }
        }
        line.end();
        out.println("kill -9 of pg1, the primary");
        long before = at.acknowledged();
        ProcessHandle.of(nodes.getFirst().pid()).ifPresent(ProcessHandle::destroyForcibly);
        for (int tick = 0;
            tick < TICKS_AFTER_MIN || (at.acknowledged() == before && tick < TICKS_AFTER_MAX);
            tick++) {
          if (pause(stop, at)) {
            return true;
          }
        }
        line.end();
      }
      survivor = primary(nodes);
    }
    return report(writers, nodes, survivor);
  }

  private boolean pause(Demo.Stop stop, OrderWriters writers) throws InterruptedException {
    boolean over = stop.await(TICK);
    line.show(
        "clients %4d | %,7d orders acknowledged | %4d refused or unknown | longest gap so far %,5d ms"
            .formatted(
                writers.count(),
                writers.acknowledged(),
                writers.failed(),
                writers.longestGapMillis()));
    return over;
  }

  private static int primary(List<LocalPostgres> nodes) throws SQLException {
    for (int i = 1; i < nodes.size(); i++) {
      try (Connection connection = nodes.get(i).connect("postgres");
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
        row.next();
        if (!row.getBoolean(1)) {
          return i;
        }
      }
    }
    return -1;
  }

  private boolean report(OrderWriters writers, List<LocalPostgres> nodes, int survivor)
      throws SQLException {
    if (survivor < 0) {
      out.println("FAILED: no standby took over");
      return false;
    }
    OrderWriters.Books books;
    try (Connection connection = nodes.get(survivor).connect("postgres")) {
      books = writers.compare(connection);
    }
    out.println("pg" + (survivor + 1) + " took over");
    out.printf("longest time without an acknowledged order: %,d ms%n", writers.longestGapMillis());
    out.printf(
        "%,d orders acknowledged, %,d of them lost, %,d doubled; %,d refused or of unknown outcome%n",
        writers.acknowledged(), books.lost(), books.doubled(), writers.failed());
    return books.lost() == 0 && books.doubled() == 0;
  }
}
