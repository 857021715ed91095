package dev.howdah.cli.command;

import dev.howdah.cli.desk.DeskException;
import dev.howdah.cli.desk.NoDeskException;
import dev.howdah.cli.postgres.PostgresException;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.cli.serve.PoolerLauncher;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
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
    synopsisSubcommandLabel = "COMMAND")
public final class HowdahCommand implements Runnable {

  /** It has to know all others. */
  private static final String COMPLETION = "completion";

  @Spec private CommandSpec spec;

  private HowdahCommand() {}

  /** The whole command line, ready to be executed. */
  public static CommandLine commandLine(PoolerLauncher launcher, StopSignal stop) {
    return commandLine(launcher, stop, "");
  }

  /**
   * The command line for a call that begins with this word: if it is a command, the others are left
   * out, since looking at all their options takes longer than most commands.
   */
  public static CommandLine commandLine(PoolerLauncher launcher, StopSignal stop, String first) {
    Map<String, Supplier<Object>> commands = commands(launcher, stop);
    boolean one = commands.containsKey(first) && !first.equals(COMPLETION);
    CommandLine line = new CommandLine(new HowdahCommand());
    commands.forEach((name, command) -> {
      if (!one || name.equals(first)) {
        line.addSubcommand(command.get());
      }
    });
    line.getCommandSpec().mixinStandardHelpOptions(true).version(Version.line());
    // A command with another name stands there twice.
    line.getSubcommands().values().stream()
        .distinct()
        .forEach(command -> addHelp(command.getCommandSpec()));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((failure, command, _) -> explain(failure, command));
    return line;
  }

  /** Every command by its name, in the order of the help. */
  private static Map<String, Supplier<Object>> commands(PoolerLauncher launcher, StopSignal stop) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("serve", () -> new ServeCommand(launcher, stop));
    commands.put("demo", () -> new DemoCommand(launcher, stop));
    commands.put("top", TopCommand::new);
    commands.put("status", StatusCommand::new);
    commands.put("topology", TopologyCommand::new);
    commands.put("switchover", SwitchoverCommand::new);
    commands.put("failover", FailoverCommand::new);
    commands.put("cancel", CancelCommand::new);
    commands.put("pause", PauseCommand::new);
    commands.put("resume", ResumeCommand::new);
    commands.put("history", HistoryCommand::new);
    commands.put("show-config", ShowConfigCommand::new);
    commands.put("edit-config", EditConfigCommand::new);
    commands.put("node", NodeCommand::new);
    commands.put("pools", PoolsCommand::new);
    commands.put("clients", ClientsCommand::new);
    commands.put("servers", ServersCommand::new);
    commands.put("waits", WaitsCommand::new);
    commands.put("pins", PinsCommand::new);
    commands.put("reload", ReloadCommand::new);
    commands.put("check", CheckCommand::new);
    commands.put("import", ImportCommand::new);
    commands.put("init", InitCommand::new);
    commands.put("grants", GrantsCommand::new);
    commands.put(COMPLETION, CompletionCommand::new);
    commands.put("version", VersionCommand::new);
    return commands;
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
