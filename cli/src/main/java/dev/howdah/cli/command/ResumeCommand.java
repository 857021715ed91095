package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.output.Report;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import picocli.CommandLine.Command;

/** {@code howdah resume}. */
@Command(name = "resume", description = "Turn automatic failover on again.")
public final class ResumeCommand extends ClusterCommand {

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, InterruptedException {
    ClusterView view = view(link);
    boolean already = !view.config().paused();
    if (!already) {
      require(link.desk().configure(view, view.config().withPaused(false)));
    }
    print(
        new Report()
            .fact("automatic_failover", true, "on")
            .fact("changed", !already, already ? "no, it was so already" : "yes"),
        link);
    return ExitCode.OK;
  }
}
