package dev.howdah.cli.command;

import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.cli.serve.PoolerLauncher;
import dev.howdah.cli.serve.ReloadSignal;
import dev.howdah.cli.serve.RunningPooler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code howdah serve}: runs the pooler until it is told to stop. */
@Command(
    name = "serve",
    description = "Run the pooler that FILE describes, until SIGTERM or Ctrl-C.")
public final class ServeCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PoolerLauncher launcher;
  private final StopSignal stop;

  @Option(
      names = {"-q", "--quiet"},
      description = "Do not log to standard error; logfile gets everything as before.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log details, too.")
  private boolean verbose;

  @Parameters(paramLabel = "FILE", description = "Configuration, as for PgBouncer.")
  private Path file = Path.of("howdah.ini");

  /** With the pooler to run and what ends it. */
  public ServeCommand(PoolerLauncher launcher, StopSignal stop) {
    this.launcher = launcher;
    this.stop = stop;
  }

  /**
   * Understands {@code serve [-q] [-v] FILE} without picocli, which would cost more time than
   * everything else at start. Anything it does not understand is left to picocli: help, mistakes.
   */
  public static Optional<ServeCommand> plain(
      String[] arguments, PoolerLauncher launcher, StopSignal stop) {
    ServeCommand command = new ServeCommand(launcher, stop);
    boolean named = false;
    for (String argument : List.of(arguments).subList(1, arguments.length)) {
      switch (argument) {
        case "-q", "--quiet" -> command.quiet = true;
        case "-v", "--verbose" -> command.verbose = true;
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
    try (RunningPooler pooler = launcher.launch(file)) {
      pooler.onStopWanted(stop::request);
      ReloadSignal.listen(pooler::reload);
      stop.await();
    } catch (LaunchException e) {
      System.err.println("howdah: " + e.getMessage());
      return ExitCode.FAILURE;
    }
    return ExitCode.OK;
  }

  /** What {@code -v} asks for. */
  Verbosity verbosity() {
    return verbose ? Verbosity.VERBOSE : Verbosity.NORMAL;
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
