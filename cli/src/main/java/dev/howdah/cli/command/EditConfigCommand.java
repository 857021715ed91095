package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.cluster.ConfigKeys;
import dev.howdah.cli.output.Confirmation;
import dev.howdah.cli.output.Report;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.DynamicConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code howdah edit-config}. */
@Command(
    name = "edit-config",
    description =
        "Change settings of the whole cluster while it runs: in $EDITOR, or with --set. Shows what"
            + " would change and asks.")
public final class EditConfigCommand extends ClusterCommand {

  @Option(
      names = {"-s", "--set"},
      paramLabel = "KEY=VALUE",
      description = "Change this one; may stand several times.")
  private List<String> settings = List.of();

  @Mixin private Confirmation confirmation;

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, IOException, InterruptedException {
    ClusterView view = view(link);
    List<String> lines = settings.isEmpty() ? edited(view.config()) : settings;
    DynamicConfig changed;
    try {
      changed = ConfigKeys.with(view.config(), lines);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE, String.valueOf(e.getMessage()), "Nothing was changed.");
    }
    List<String> difference = ConfigKeys.difference(view.config(), changed);
    if (!difference.isEmpty()) {
      if (!output.isForScripts()) {
        difference.forEach(spec.commandLine().getOut()::println);
      }
      confirm(confirmation, "Change cluster " + link.cluster() + " so?");
      require(link.desk().configure(view, changed));
    }
    print(
        new Report()
            .fact("changed", !difference.isEmpty(), difference.isEmpty() ? "nothing" : "yes")
            .fact("version", view(link).configRevision()),
        link);
    return ExitCode.OK;
  }

  private List<String> edited(DynamicConfig config) throws IOException, InterruptedException {
    String editor = System.getenv().getOrDefault("EDITOR", "");
    if (editor.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE, "$EDITOR is not set", "Say what to change: --set KEY=VALUE.");
    }
    Path file = Files.createTempFile("howdah-", ".conf");
    try {
      Files.writeString(file, ConfigKeys.document(config));
      Process process =
          new ProcessBuilder("/bin/sh", "-c", editor + " \"$1\"", "sh", file.toString())
              .inheritIO()
              .start();
      if (process.waitFor() != 0) {
        throw new CommandException(
            ExitCode.FAILURE, editor + " ended with an error, so nothing was changed", null);
      }
      return Files.readAllLines(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
