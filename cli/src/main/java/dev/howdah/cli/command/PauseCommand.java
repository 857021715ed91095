package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.output.Report;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import picocli.CommandLine.Command;

/** {@code howdah pause}. */
@Command(
    name = "pause",
    description = "Turn automatic failover off: a dead primary stays primary until somebody acts.")
public final class PauseCommand extends ClusterCommand {

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, InterruptedException {
    ClusterView view = view(link);
    boolean already = view.config().paused();
    if (!already) {
      require(link.desk().configure(view, view.config().withPaused(true)));
    }
    print(
        new Report()
            .fact("automatic_failover", false, "paused")
            .fact("changed", !already, already ? "no, it was so already" : "yes"),
        link);
    return ExitCode.OK;
  }
}
