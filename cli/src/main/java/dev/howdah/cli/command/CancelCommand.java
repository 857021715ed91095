package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.output.Report;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.OperatorRequest;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code howdah cancel}. */
@Command(
    name = "cancel",
    description =
        "Take back a switchover that is scheduled, or that waits for transactions to end. Once the old"
            + " primary is fenced it is too late.")
public final class CancelCommand extends ClusterCommand {

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, InterruptedException {
    ClusterView view = view(link);
    Optional<OperatorRequest> open = view.request().filter(asked -> !asked.state().isOver());
    require(link.desk().cancel(operator(), open.map(OperatorRequest::id)));
    print(
        new Report()
            .fact("cancelled", open.map(OperatorRequest::sentence).orElse(null))
            .fact("id", open.map(OperatorRequest::id).orElse(null)),
        link);
    return ExitCode.OK;
  }
}
