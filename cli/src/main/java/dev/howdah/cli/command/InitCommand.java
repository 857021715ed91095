package dev.howdah.cli.command;

import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.serve.ClusterSettings;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.failover.agent.ClusterEntry;
import dev.howdah.failover.store.CoordinationStore;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code howdah init}: looks at the nodes and describes the cluster in etcd, once. */
@Command(
    name = "init",
    description =
        "Look at the nodes of [nodes] and describe the cluster in etcd, if that was not done yet."
            + " Changes nothing on the nodes.")
public final class InitCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "Configuration with a section [cluster].")
  private Path file = Path.of("howdah.ini");

  @Override
  public Integer call() throws LaunchException, InterruptedException {
    LogSetup.use(Verbosity.QUIET);
    ClusterSettings settings = ClusterSettings.load(file);
    if (settings.isInMemory()) {
      throw new LaunchException(
          "[cluster] has store = memory, which is gone when this command ends; howdah serve describes"
              + " such a cluster by itself");
    }
    try (CoordinationStore store = settings.openStore()) {
      ClusterEntry entry =
          new ClusterEntry(
              store, settings.nodes(), settings.actions(), settings.initial(), "howdah init");
      switch (attempt(entry)) {
        case ClusterEntry.Outcome.Entered entered -> print(settings.name(), entered);
        case ClusterEntry.Outcome.Refused(String reason) -> throw new LaunchException(reason);
        case ClusterEntry.Outcome.Away(String reason) ->
            throw new LaunchException(
                "etcd does not answer: "
                    + reason
                    + "; check etcd in [cluster], and that a majority of its members runs");
      }
    }
    return ExitCode.OK;
  }

  private static ClusterEntry.Outcome attempt(ClusterEntry entry) throws InterruptedException {
    String operation = "init/" + UUID.randomUUID();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    ClusterEntry.Outcome outcome = entry.attempt(operation);
    while (outcome instanceof ClusterEntry.Outcome.Away && System.nanoTime() - deadline < 0) {
      TimeUnit.MILLISECONDS.sleep(200);
      outcome = entry.attempt(operation);
    }
    return outcome;
  }

  private static void print(String name, ClusterEntry.Outcome.Entered entered) {
    ClusterMap map = entered.map();
    Topology topology = map.topology();
    List<String> standbys =
        map.nodes().stream()
            .map(NodeSpec::name)
            .filter(node -> !node.equals(topology.primary()))
            .toList();
    System.out.printf(
        "%s cluster %s: %s is primary in epoch %s on timeline %d, system identifier %s, standbys: %s%n",
        entered.described() ? "Described" : "Nothing to do, this is",
        name,
        topology.primary(),
        topology.epoch(),
        topology.timeline(),
        topology.systemIdentifier(),
        standbys.isEmpty() ? "none" : String.join(", ", standbys));
    entered.warnings().forEach(warning -> System.err.println("howdah: " + warning));
  }
}
