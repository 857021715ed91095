package dev.howdah.cli.command;

import dev.howdah.cli.demo.Demo;
import dev.howdah.cli.demo.DemoOptions;
import dev.howdah.cli.demo.FailoverDemo;
import dev.howdah.cli.output.LiveLine;
import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.cli.serve.PoolerLauncher;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code howdah demo}: a cluster, a pooler and a shop full of customers on this machine. */
@Command(
    name = "demo",
    description =
        "Start a primary, a standby and the pooler on this machine, and let clients shop.",
    showDefaultValues = true)
public final class DemoCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final PoolerLauncher launcher;
  private final StopSignal stop;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "End after N seconds; 0 goes on until Ctrl-C.")
  private int seconds = 0;

  @Option(names = "--clients", paramLabel = "N", description = "Client connections.")
  private int clients = 300;

  @Option(names = "--servers", paramLabel = "N", description = "Server connections they share.")
  private int servers = 10;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the pooler; the next free one when it is taken.")
  private int port = 6432;

  @Option(
      names = "--failover",
      description =
          "Start two standbys, let clients write, kill the primary and show what comes of it. Ends by"
              + " itself.")
  private boolean failover = false;

  /** With the pooler to put between clients and primary, and what ends it early. */
  public DemoCommand(PoolerLauncher launcher, StopSignal stop) {
    this.launcher = launcher;
    this.stop = stop;
  }

  @Override
  public Integer call() throws InterruptedException, IOException, SQLException, LaunchException {
    DemoOptions options;
    try {
      options = new DemoOptions(seconds, clients, servers, port);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    LogSetup.use(Verbosity.QUIET);
    stop.listen(PATIENCE);
    boolean terminal = LiveLine.standardOutputIsTerminal();
    if (failover) {
      LogSetup.leaveConsole(); // what is expected to go wrong would hide what is shown
      return new FailoverDemo(options, launcher, System.out, terminal).run(stop::await)
          ? ExitCode.OK
          : ExitCode.FAILURE;
    }
    return new Demo(options, launcher, System.out, terminal).run(stop::await)
        ? ExitCode.OK
        : ExitCode.FAILURE;
  }
}
