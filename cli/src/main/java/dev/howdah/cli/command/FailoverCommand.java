package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.OperatorRequest;
import java.io.IOException;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code howdah failover}. */
@Command(
    name = "failover",
    description = {
      "Give the primary up and promote a standby, also while automatic failover is paused.",
      "For a primary that is dead or sick; a healthy one is moved by howdah switchover."
    })
public final class FailoverCommand extends MoveCommand {

  @Option(
      names = "--allow-data-loss",
      description =
          "Promote a node that may lack acknowledged commits, or give up a primary that answers.")
  private boolean allowDataLoss;

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, IOException, InterruptedException {
    return move(
        link,
        OperatorRequest.failover(
            UUID.randomUUID().toString(),
            to(),
            allowDataLoss,
            operator(),
            System.currentTimeMillis()));
  }
}
