package dev.howdah.cli.command;

import dev.howdah.cli.desk.DeskOptions;
import dev.howdah.cli.desk.PoolerDesk;
import dev.howdah.cli.output.OutputOptions;
import dev.howdah.cli.output.Report;
import dev.howdah.cli.output.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code howdah reload}. */
@Command(
    name = "reload",
    description =
        "Have a running pooler read its configuration again: all of it, or nothing if anything is"
            + " wrong.")
public final class ReloadCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private DeskOptions desks;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    try (PoolerDesk desk = desks.open()) {
      List<String> warnings = desk.order("reload", "");
      Report report =
          new Report()
              .fact("reloaded", true, "yes, by the " + desk.who())
              .fact("warnings", warnings, warnings.isEmpty() ? "none" : "" + warnings.size());
      if (!output.isForScripts()) {
        warnings.forEach(report::note);
      }
      output.printer(spec.commandLine().getOut(), Terminal.ofStandardOutput()).print(report);
    }
    return ExitCode.OK;
  }
}
