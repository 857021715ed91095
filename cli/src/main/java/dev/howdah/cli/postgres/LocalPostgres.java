package dev.howdah.cli.postgres;

import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A PostgreSQL server of our own in a temporary folder, on a loopback port between 15000 and 32000
 * and on a Unix-domain socket. The superuser is {@code postgres}.
 *
 * <p>{@link #close()} stops it and removes everything but the unpacked programs. A JVM that ends in
 * an orderly way, Ctrl-C included, closes what is left open unless told otherwise. When the JVM is
 * killed the server shuts down by itself (Linux parent-death signal), and only its folder {@code
 * howdah-*} stays in the temporary folder.
 *
 * <p>Blocking. One thread at a time, except that {@link #close()} may come from any thread.
 */
public final class LocalPostgres implements AutoCloseable {

  /** The role that initialised the server. */
  public static final String SUPERUSER = "postgres";

  private static final Set<LocalPostgres> OPEN = ConcurrentHashMap.newKeySet();
  private static final AtomicBoolean HOOKED = new AtomicBoolean();

  private final ServerFolder folder;
  private final PostgresOptions options;
  private final ServerProcess process;
  private int standbysMade;

  private LocalPostgres(ServerFolder folder, PostgresOptions options, ServerProcess process) {
    this.folder = folder;
    this.options = options;
    this.process = process;
  }

  /**
   * Initialises and starts a primary.
   *
   * @throws PostgresException if any step fails or misses its deadline; nothing is left behind
   */
  public static LocalPostgres start(Binaries binaries, PostgresOptions options) {
    Commands commands = new Commands(ServerUser.choose(), options.deadline());
    ServerFolder folder = ServerFolder.create(binaries, commands);
    return opened(
        folder,
        options,
        () -> {
          folder.initialise(options);
          return new ServerProcess(folder, options.deadline());
        });
  }

  /**
   * Copies this server into a streaming standby with a replication slot, and starts it. It has the
   * same options as this server; it may lag a moment when this returns.
   *
   * @param name its {@code application_name}, and with an underscore for every other character the
   *     name of its slot
   */
  public LocalPostgres createStandby(String name) {
    standbysMade++;
    String slot = "standby_" + standbysMade;
    ServerFolder copy = folder.another();
    return opened(
        copy,
        options,
        () -> {
          try (Connection connection = connect("postgres")) {
            new BaseBackup(connection, process.major()).copy(folder, copy, slot);
          } catch (SQLException | IOException e) {
            throw new PostgresException("cannot copy " + endpoint() + " into a standby", e);
          }
          copy.follow(primaryConninfo(name), slot);
          return new ServerProcess(copy, options.deadline());
        });
  }

  private static LocalPostgres opened(
      ServerFolder folder, PostgresOptions options, Preparation preparation) {
    boolean started = false;
    try {
      ServerProcess process = preparation.prepare();
      process.start(options);
      LocalPostgres server = new LocalPostgres(folder, options, process);
      started = true;
      if (options.closedAtExit()) {
        OPEN.add(server);
        hookOnce();
      }
      return server;
    } finally {
      if (!started) {
        folder.delete();
      }
    }
  }

  /** Makes a folder ready to be started. */
  private interface Preparation {
    ServerProcess prepare();
  }

  private static void hookOnce() {
    if (HOOKED.compareAndSet(false, true)) {
      Thread hook = new Thread(() -> OPEN.forEach(LocalPostgres::close), "postgres-close-at-exit");
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  /** Where it listens on TCP. */
  public Endpoint endpoint() {
    return new Endpoint("127.0.0.1", process.port());
  }

  /** Where it listens on a Unix-domain socket. */
  public Endpoint socketEndpoint() {
    return new Endpoint(folder.socketDirectory().toString(), process.port());
  }

  /** The JDBC address of one database over TCP. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://" + endpoint() + "/" + database;
  }

  /** Connects as the superuser. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        jdbcUrl(database), SUPERUSER, options.superuserPassword().orElse(""));
  }

  /** Runs statements as the superuser, each in a transaction of its own. */
  public void execute(String database, String... statements) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Its data directory; readable by its own user and root only. */
  public Path dataDirectory() {
    return folder.dataDirectory();
  }

  /** What it logs. */
  public Path logFile() {
    return folder.logFile();
  }

  /** The process id of the postmaster, while it runs. */
  public long pid() {
    return process.pid();
  }

  /** Whether the postmaster runs. */
  public boolean isRunning() {
    return process.isRunning();
  }

  /** Starts it again on its port after {@link #stop}, and returns once it accepts connections. */
  public void restart() {
    process.startAgain(options);
  }

  /** Stops it and keeps its data. Does nothing when it does not run. */
  public void stop(StopMode mode) {
    process.stop(mode);
  }

  /** Stops it at once and removes its folder. May be called twice. */
  @Override
  public void close() {
    OPEN.remove(this);
    process.stopForGood();
    folder.delete();
  }

  private String primaryConninfo(String name) {
    String conninfo =
        "host=127.0.0.1 port="
            + process.port()
            + " user="
            + SUPERUSER
            + " application_name="
            + conninfoValue(name);
    return options
        .superuserPassword()
        .map(password -> conninfo + " password=" + conninfoValue(password))
        .orElse(conninfo);
  }

  private static String conninfoValue(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
