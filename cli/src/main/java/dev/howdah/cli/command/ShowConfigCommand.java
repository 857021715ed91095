package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.cluster.ConfigKeys;
import dev.howdah.cli.output.Report;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import picocli.CommandLine.Command;

/** {@code howdah show-config}. */
@Command(
    name = "show-config",
    description = "Show the settings of the whole cluster, which howdah edit-config changes.")
public final class ShowConfigCommand extends ClusterCommand {

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, InterruptedException {
    ClusterView view = view(link);
    Report report = new Report().fact("version", view.configRevision());
    ConfigKeys.texts(view.config()).forEach(report::fact);
    print(report, link);
    return ExitCode.OK;
  }
}
