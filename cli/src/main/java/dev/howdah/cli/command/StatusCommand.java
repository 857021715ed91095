package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.cluster.StatusReport;
import dev.howdah.cli.output.WatchOptions;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import java.io.IOException;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code howdah status}. */
@Command(
    name = "status",
    aliases = "list",
    description = "Show who is primary, how the nodes are, and what is going on.")
public final class StatusCommand extends ClusterCommand {

  @Mixin private WatchOptions watch;

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, IOException, InterruptedException {
    ClusterView first = view(link); // whoever does not answer at all ends the command
    if (!watch.isWatching()) {
      print(StatusReport.of(first, link.cluster()), link);
      return first.topology().isPresent() ? ExitCode.OK : ExitCode.FAILURE;
    }
    try {
      watch.show(
          printer(),
          "howdah status, " + link.who(),
          () -> StatusReport.of(look(link), link.cluster()));
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return ExitCode.OK;
  }

  private static ClusterView look(ClusterLink link) throws IOException, InterruptedException {
    try {
      return view(link);
    } catch (StoreUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
