package dev.howdah.cli.command;

import dev.howdah.cli.desk.DeskException;
import dev.howdah.cli.desk.NoDeskException;
import dev.howdah.cli.postgres.PostgresException;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.cli.serve.PoolerLauncher;
import java.io.IOException;
import java.sql.SQLException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code howdah} itself: nothing but its subcommands. */
@Command(
    name = "howdah",
    description = "PostgreSQL connection pooler and high-availability sidecar.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StatusCommand.class,
      TopologyCommand.class,
      SwitchoverCommand.class,
      FailoverCommand.class,
      CancelCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      HistoryCommand.class,
      ShowConfigCommand.class,
      EditConfigCommand.class,
      NodeCommand.class,
      PoolsCommand.class,
      ClientsCommand.class,
      ServersCommand.class,
      WaitsCommand.class,
      PinsCommand.class,
      TopCommand.class,
      ReloadCommand.class,
      CheckCommand.class,
      ImportCommand.class,
      CompletionCommand.class,
      VersionCommand.class
    })
public final class HowdahCommand implements Runnable {

  @Spec private CommandSpec spec;

  private HowdahCommand() {}

  /** The whole command line, ready to be executed. */
  public static CommandLine commandLine(PoolerLauncher launcher, StopSignal stop) {
    CommandLine line = new CommandLine(new HowdahCommand());
    line.addSubcommand(new ServeCommand(launcher, stop));
    line.addSubcommand(new DemoCommand(launcher, stop));
    line.addSubcommand(new InitCommand());
    line.addSubcommand(new GrantsCommand());
    line.getCommandSpec().mixinStandardHelpOptions(true).version(Version.line());
    // A command with another name stands there twice.
    line.getSubcommands().values().stream()
        .distinct()
        .forEach(command -> addHelp(command.getCommandSpec()));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((failure, command, _) -> explain(failure, command));
    return line;
  }

  private static void addHelp(CommandSpec command) {
    if (command.findOption("--version") == null) {
      command.mixinStandardHelpOptions(true).version(Version.line());
    } else { // of grants, which means PostgreSQL's
      command.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Show this help message and exit.")
              .build());
    }
  }

  /** Expected failures are a sentence; a bug keeps its stack trace. */
  private static int explain(Exception failure, CommandLine command) {
    if (failure instanceof CommandException reason) {
      command.getErr().println(reason.text());
      command.getErr().flush();
      return reason.exitCode();
    }
    if (failure instanceof NoDeskException || failure instanceof DeskException) {
      command.getErr().println("howdah: " + failure.getMessage());
      command.getErr().flush();
      return failure instanceof DeskException refusal && !refusal.isForbidden()
          ? ExitCode.REFUSED
          : ExitCode.UNREACHABLE;
    }
    boolean expected =
        failure instanceof PostgresException
            || failure instanceof LaunchException
            || failure instanceof IOException
            || failure instanceof SQLException;
    if (expected) {
      command.getErr().println("howdah: " + failure.getMessage());
    } else {
      failure.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return ExitCode.FAILURE;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }
}
