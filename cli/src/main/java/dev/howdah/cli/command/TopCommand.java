package dev.howdah.cli.command;

import dev.howdah.cli.desk.DeskOptions;
import dev.howdah.cli.desk.PoolerDesk;
import dev.howdah.cli.output.LiveLine;
import dev.howdah.cli.output.Terminal;
import dev.howdah.cli.top.Top;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code howdah top}. */
@Command(
    name = "top",
    description =
        "Show a running pooler live: pools, waits, transactions per second, lag, pins. Keys: h.")
public final class TopCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private DeskOptions desks;

  @Option(
      names = {"-s", "--seconds"},
      paramLabel = "N",
      description = "Ask every N seconds; 2 unless told.")
  private double seconds = 2;

  @Option(
      names = "--once",
      description = "Print one screen, after one interval, and end; needs no terminal.")
  private boolean once;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Terminal terminal = Terminal.ofStandardOutput();
    if (!once && !(terminal.interactive() && LiveLine.isTerminal(0))) {
      throw new CommandException(
          ExitCode.USAGE, "top needs a terminal", "For scripts: howdah top --once, pools --watch");
    }
    try (PoolerDesk desk = desks.open()) {
      Top top = new Top(desk, terminal.colours(), seconds);
      if (once) {
        top.once(spec.commandLine().getOut());
      } else {
        top.run(System.out);
      }
    }
    return ExitCode.OK;
  }
}
