package dev.howdah.bench.compare;

import dev.howdah.pooler.Pooler;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.NodeConfig;
import dev.howdah.topology.ClusterMap;
import dev.howdah.topology.Epoch;
import dev.howdah.topology.Lsn;
import dev.howdah.topology.NodeSpec;
import dev.howdah.topology.Operation;
import dev.howdah.topology.OperationKind;
import dev.howdah.topology.SyncRules;
import dev.howdah.topology.Topology;
import dev.howdah.topology.TopologyListener;
import dev.howdah.topology.TopologySource;
import dev.howdah.topology.TopologyState;
import dev.howdah.topology.WriteLease;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A pooler in a process of its own, with nodes or without. With nodes the first of them is the
 * primary, under a lease that never ends: so the gates are asked, and nothing else costs anything.
 */
final class LeasedPooler {

  private LeasedPooler() {}

  /** Runs until the process is killed; the argument is a configuration file. */
  public static void main(String[] arguments) throws IOException, ConfigException {
    LoadedConfig loaded = ConfigLoader.load(Path.of(arguments[0]), System::getenv);
    List<NodeConfig> nodes = loaded.config().routing().nodes();
    Pooler pooler = Pooler.start(loaded, List.of(), nodes.isEmpty() ? null : new Forever(nodes));
    Runtime.getRuntime().addShutdownHook(new Thread(pooler::close));
  }

  /** One topology, for ever. */
  private record Forever(List<NodeConfig> nodes) implements TopologySource {
    private static final WriteLease LEASE =
        new WriteLease(Epoch.FIRST.value(), System.nanoTime() + Duration.ofDays(1).toNanos());

    @Override
    public WriteLease lease() {
      return LEASE;
    }

    @Override
    public void follow(TopologyListener listener) {
      NodeConfig primary = nodes.getFirst();
      var began =
          new Operation(
              "1",
              OperationKind.INITIALIZE,
              "a benchmark",
              "the benchmark",
              Optional.empty(),
              Optional.empty(),
              Lsn.ZERO,
              Lsn.ZERO);
      var topology =
          new Topology(
              Epoch.FIRST,
              TopologyState.SERVING,
              primary.name(),
              1,
              "1",
              List.of(),
              SyncRules.NONE,
              Topology.WRITE_LEASE_MILLIS_MIN,
              began);
      List<NodeSpec> specs =
          nodes.stream().map(node -> NodeSpec.of(node.name(), node.endpoint())).toList();
      listener.follow(new ClusterMap(topology, specs));
    }
  }
}
