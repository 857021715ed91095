package dev.howdah.cli.command;

import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.cli.serve.OperatorSignal;
import dev.howdah.cli.serve.PoolerLauncher;
import dev.howdah.cli.serve.ReloadSignal;
import dev.howdah.cli.serve.RunningPooler;
import dev.howdah.cli.serve.ServeOptions;
import dev.howdah.cli.serve.ServiceReport;
import dev.howdah.cli.system.PassedSockets;
import dev.howdah.cli.system.ServiceManager;
import dev.howdah.cli.system.Signals;
import dev.howdah.pooler.listen.PassedSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code howdah serve}: runs the pooler until it is told to stop. */
@Command(
    name = "serve",
    description = "Run the pooler that FILE describes, until SIGTERM or Ctrl-C.")
public final class ServeCommand implements Callable<Integer> {

  /** Set by {@code ./howdah} when it has put us into the background. */
  private static final String DAEMON_PROPERTY = "howdah.daemon";

  /** Read by {@code ./howdah}, which then leaves us alone. */
  private static final String READY = "howdah: ready";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PoolerLauncher launcher;
  private final StopSignal stop;
  private volatile @Nullable RunningPooler running;

  @Option(
      names = {"-q", "--quiet"},
      description = "Do not log to standard error; logfile gets everything as before.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log details, too. May stand several times.")
  private boolean[] verbose = {};

  @Option(
      names = {"-d", "--daemon"},
      description =
          "Run in the background; returns when clients can connect, or with an error. Needs pidfile,"
              + " and logfile or syslog.")
  private boolean daemon;

  @Option(
      names = {"-R", "--reboot"},
      description =
          "Take over from the process that runs with the same configuration: it keeps its clients"
              + " until they leave, new ones come here. Needs so_reuseport and unix_socket_dir.")
  private boolean takeOver;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER",
      description = "Run as this user; only root may say so.")
  private @Nullable String user;

  @Parameters(paramLabel = "FILE", description = "Configuration, as for PgBouncer.")
  private Path file = Path.of("howdah.ini");

  /** With the pooler to run and what ends it. */
  public ServeCommand(PoolerLauncher launcher, StopSignal stop) {
    this.launcher = launcher;
    this.stop = stop;
  }

  /**
   * Understands {@code serve [-q] [-v] [-d] [-R] FILE} without picocli, which would cost more time
   * than everything else at start. Anything it does not understand is left to picocli: help,
   * mistakes.
   */
  public static Optional<ServeCommand> plain(
      String[] arguments, PoolerLauncher launcher, StopSignal stop) {
    ServeCommand command = new ServeCommand(launcher, stop);
    boolean named = false;
    for (String argument : List.of(arguments).subList(1, arguments.length)) {
      switch (argument) {
        case "-q", "--quiet" -> command.quiet = true;
        case "-d", "--daemon" -> command.daemon = true;
        case "-R", "--reboot" -> command.takeOver = true;
        case "-v", "--verbose" -> command.verbose = new boolean[] {true};
        default -> {
          if (named || argument.isEmpty() || argument.startsWith("-")) {
            return Optional.empty();
          }
          command.file = Path.of(argument);
          named = true;
        }
      }
    }
    return named ? Optional.of(command) : Optional.empty();
  }

  @Override
  public Integer call() throws InterruptedException {
    LogSetup.use(verbosity());
    if (quiet) {
      LogSetup.leaveConsole();
    }
    stop.listen(PATIENCE);
    try {
      checkLauncher();
      run();
    } catch (LaunchException e) {
      System.err.println("howdah: " + e.getMessage());
      return ExitCode.FAILURE;
    }
    return ExitCode.OK;
  }

  private void run() throws LaunchException, InterruptedException {
    var options = new ServeOptions(daemon, takeOver, passedSockets());
    ServiceManager manager = ServiceManager.of(System.getenv());
    ReloadSignal reloads = ReloadSignal.listen(manager, () -> running);
    for (OperatorSignal signal : OperatorSignal.values()) {
      if (signal != OperatorSignal.USR2 || Signals.isUsr2Free()) {
        Signals.handle(signal.name(), () -> onSignal(signal));
      }
    }
    try (RunningPooler pooler = launcher.launch(file, options)) {
      running = pooler;
      reloads.catchUp();
      pooler.onStopWanted(stop::request);
      try (ServiceReport _ = ServiceReport.start(manager, pooler)) {
        if (daemon) {
          System.out.println(READY);
          System.out.flush();
        }
        stop.await();
      }
    }
  }

  private List<PassedSocket> passedSockets() throws LaunchException {
    List<PassedSocket> sockets;
    try {
      sockets = PassedSockets.of(System.getenv());
    } catch (IOException e) {
      throw new LaunchException(String.valueOf(e.getMessage()), e);
    }
    if (takeOver && !sockets.isEmpty()) {
      throw new LaunchException(
          "-R is for processes that listen by themselves; with a .socket unit restart the service:"
              + " systemd holds new clients meanwhile");
    }
    return sockets;
  }

  private void onSignal(OperatorSignal signal) {
    RunningPooler pooler = running;
    if (pooler != null) {
      pooler.obey(signal);
    } else if (signal == OperatorSignal.TERM || signal == OperatorSignal.INT) {
      stop.request(); // still starting: nobody is connected yet
    }
  }

  /** Some options are the work of {@code ./howdah}, which runs before any Java. */
  private void checkLauncher() throws LaunchException {
    if (daemon && !Boolean.getBoolean(DAEMON_PROPERTY)) {
      throw new LaunchException(
          "-d works with ./howdah only: Java cannot put itself into the background");
    }
    String name = System.getProperty("user.name");
    if (user != null && !user.equals(name)) {
      throw new LaunchException(
          "-u %s: this process runs as %s; ./howdah started by root can change that"
              .formatted(user, name));
    }
  }

  /** What {@code -v} asks for. */
  Verbosity verbosity() {
    return verbose.length > 0 ? Verbosity.VERBOSE : Verbosity.NORMAL;
  }

  /** Whether standard error stays empty. */
  boolean isQuiet() {
    return quiet;
  }

  /** The configuration file. */
  Path file() {
    return file;
  }
}
