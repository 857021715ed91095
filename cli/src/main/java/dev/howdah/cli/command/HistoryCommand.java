package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.cluster.HistoryReport;
import dev.howdah.failover.store.StoreUnavailableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code howdah history}. */
@Command(
    name = "history",
    description = "Show every move of the primary: when, why, by whom, how long, and what it cost.")
public final class HistoryCommand extends ClusterCommand {

  @Option(
      names = {"-n", "--last"},
      paramLabel = "N",
      description = "Only the last N. (20)")
  private int last = 20;

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, InterruptedException {
    print(HistoryReport.of(link.view(PATIENCE, true), last), link);
    return ExitCode.OK;
  }
}
