package dev.howdah.cli.demo;

import dev.howdah.cli.output.LiveLine;
import dev.howdah.cli.output.StatusLine;
import dev.howdah.cli.postgres.Binaries;
import dev.howdah.cli.postgres.LocalPostgres;
import dev.howdah.cli.postgres.PostgresOptions;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.cli.serve.PoolerLauncher;
import dev.howdah.cli.serve.RunningPooler;
import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * A primary, a streaming standby, the pooler and a shop full of customers, all in this process and
 * its children; checks at the end that no acknowledged order is missing. Leaves nothing behind.
 *
 * <p>Blocking; one run per object.
 */
public final class Demo {

  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration STANDBY_DEADLINE = Duration.ofSeconds(30);
  private static final int CONNECTIONS_BESIDE_THE_POOL = 20;

  private final DemoOptions options;
  private final PoolerLauncher launcher;
  private final PrintStream out;
  private final boolean terminal;

  /** Says when to end early. */
  public interface Stop {
    /** Waits for {@code time}; true as soon as the demo should end. */
    boolean await(Duration time) throws InterruptedException;
  }

  /** Prints to {@code out}, which is a terminal or is not. */
  public Demo(DemoOptions options, PoolerLauncher launcher, PrintStream out, boolean terminal) {
    this.options = options;
    this.launcher = launcher;
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Runs until the time is over or {@code stop} says so.
   *
   * @return whether all orders were found where they belong
   */
  public boolean run(Stop stop)
      throws InterruptedException, IOException, SQLException, LaunchException {
    out.println("Starting a primary and a standby ...");
    try (LocalPostgres primary = LocalPostgres.start(Binaries.embedded(), postgresOptions())) {
      try (Connection superuser = primary.connect("postgres")) {
        Shop.open(superuser);
      }
      try (Connection owner = Shop.connect(primary.jdbcUrl(Shop.DATABASE), "howdah demo")) {
        Shop.stock(owner);
      }
      try (LocalPostgres standby = primary.createStandby("standby")) {
        if (!ClusterWatch.awaitStreaming(primary, STANDBY_DEADLINE)) {
          throw new IOException("the standby does not stream: " + standby.logFile());
        }
        if (stop.await(Duration.ZERO)) {
          return true; // told to stop before anybody came
        }
        try (DemoConfiguration configuration =
            DemoConfiguration.write(options, primary.endpoint(), standby.endpoint())) {
          return trade(stop, primary, standby, configuration);
        }
      }
    }
  }

  private boolean trade(
      Stop stop, LocalPostgres primary, LocalPostgres standby, DemoConfiguration configuration)
      throws InterruptedException, SQLException, LaunchException {
    Tally tally = new Tally();
    Duration elapsed;
    long connectionsMax;
    String reads;
    try (RunningPooler pooler = launcher.launch(configuration.file());
        ClusterWatch watch = ClusterWatch.start(primary, standby)) {
      introduce(primary.endpoint(), standby.endpoint(), pooler.endpoint(), configuration.page());
      long startedAt = System.nanoTime();
      try (Customers customers = new Customers(url(pooler.endpoint()), tally);
          Readers readers = new Readers(url(pooler.endpoint()), tally)) {
        customers.enter(options.clients());
        readers.enter();
        show(stop, startedAt, tally, pooler, watch);
        reads = readers.summary();
      }
      elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
      connectionsMax = watch.serverConnectionsMax();
    }
    DemoResult result =
        new DemoResult(
            options.clients(),
            elapsed,
            tally.acknowledgedSoFar(),
            tally.inDoubtSoFar(),
            tally.errorsSoFar(),
            Optional.ofNullable(tally.firstErrorSeen()),
            connectionsMax,
            books(primary),
            ClusterWatch.awaitCaughtUp(primary, standby, STANDBY_DEADLINE)
                ? Optional.of(books(standby))
                : Optional.empty());
    out.println(reads);
    result.lines().forEach(out::println);
    return result.faults().isEmpty();
  }

  private void introduce(Endpoint primary, Endpoint standby, Endpoint pooler, String page) {
    out.println("primary " + primary + ", standby " + standby + ", pooler " + pooler);
    out.println(
        "Try it: psql -h "
            + pooler.host()
            + " -p "
            + pooler.port()
            + " -U "
            + Shop.USER
            + " "
            + Shop.DATABASE);
    out.println("Watch it: " + page + ", or ./howdah top --url " + page);
    out.println(
        options.seconds() == 0
            ? "Ctrl-C stops everything and removes it."
            : "Ends by itself after " + options.seconds() + " s; Ctrl-C ends it earlier.");
  }

  private void show(
      Stop stop, long startedAt, Tally tally, RunningPooler pooler, ClusterWatch watch)
      throws InterruptedException {
    LiveLine line = new LiveLine(out, terminal);
    long end = startedAt + Duration.ofSeconds(options.seconds()).toNanos();
    long shownAt = startedAt;
    long shownTransactions = 0;
    boolean over = false;
    while (!over) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      boolean last = options.seconds() > 0 && left.compareTo(TICK) <= 0;
      over = stop.await(last ? left : TICK) || last;
      long now = System.nanoTime();
      long transactions = tally.acknowledgedSoFar();
      double seconds = Math.max(1e-3, (now - shownAt) / 1e9);
      line.show(
          new StatusLine(
                  tally.connectedNow(),
                  watch.serverConnections(),
                  pooler.snapshot().waiting(),
                  Math.round((transactions - shownTransactions) / seconds),
                  tally.nextWaitPercentile(),
                  watch.lagBytes(),
                  tally.errorsSoFar())
              .render());
      shownAt = now;
      shownTransactions = transactions;
    }
    line.end();
  }

  /** The primary allows little more than the pooler needs: that is the point of a pooler. */
  private PostgresOptions postgresOptions() {
    int connections = launcher.sharesServerConnections() ? options.servers() : options.clients();
    return PostgresOptions.defaults()
        .withClosedAtExit(false)
        .withSetting(
            "max_connections", Integer.toString(connections + CONNECTIONS_BESIDE_THE_POOL));
  }

  private static Shop.Books books(LocalPostgres node) throws SQLException {
    try (Connection connection = node.connect(Shop.DATABASE)) {
      return Shop.Books.read(connection);
    }
  }

  private static String url(Endpoint endpoint) {
    return "jdbc:postgresql://" + endpoint + "/" + Shop.DATABASE;
  }
}
