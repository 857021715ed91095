package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.output.Report;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.Operation;
import dev.howdah.topology.Topology;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code howdah topology}. */
@Command(
    name = "topology",
    description = "Show the record that all routing goes by, as it stands in etcd.")
public final class TopologyCommand extends ClusterCommand {

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, InterruptedException {
    ClusterView view = view(link);
    if (view.topology().isEmpty()) {
      throw new CommandException(
          ExitCode.FAILURE, "the cluster is not described yet", "howdah init -c FILE does that.");
    }
    Topology topology = view.topology().get();
    Operation operation = topology.operation();
    print(
        new Report()
            .fact(
                "state",
                topology.state().toString(),
                topology.state().toString().toLowerCase(Locale.ROOT))
            .fact("epoch", topology.epoch().value())
            .fact("primary", topology.primary())
            .fact("timeline", topology.timeline())
            .fact("fork_lsn", topology.forkLsn().toString())
            .fact("system_identifier", topology.systemIdentifier())
            .fact("synchronous", topology.sync().toString())
            .fact("write_lease_ms", topology.writeLeaseMillis())
            .fact("revision", view.topologyRevision())
            .fact("operation", operation.kind().name().toLowerCase(Locale.ROOT))
            .fact("operation_id", operation.id())
            .fact("reason", operation.reason())
            .fact("by", operation.by())
            .fact("from", operation.from().orElse(null))
            .fact("candidate", operation.candidate().orElse(null)),
        link);
    return ExitCode.OK;
  }
}
