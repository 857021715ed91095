package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.output.Confirmation;
import dev.howdah.cli.output.Report;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.Endpoint;
import dev.howdah.topology.NodeSpec;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code howdah node}: nothing but its subcommands. */
@Command(
    name = "node",
    description = "Add, change and remove nodes of the cluster while it runs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {NodeCommand.Add.class, NodeCommand.Change.class, NodeCommand.Remove.class})
public final class NodeCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "add, set or remove?");
  }

  /** What a node is like, as options. */
  static final class Properties {

    @Option(names = "--host", paramLabel = "HOST", description = "Where it listens.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "N", description = "On which port. (5432)")
    private @Nullable Integer port;

    @Option(
        names = "--priority",
        paramLabel = "N",
        description = "Among candidates the highest is preferred. (0)")
    private @Nullable Integer priority;

    @Option(names = "--failover", negatable = true, description = "Whether it may be promoted.")
    private @Nullable Boolean failover;

    @Option(
        names = "--sync",
        negatable = true,
        description = "Whether it may be asked to acknowledge commits.")
    private @Nullable Boolean sync;

    @Option(names = "--loadbalance", negatable = true, description = "Whether it gets reads.")
    private @Nullable Boolean loadbalance;

    NodeSpec of(NodeSpec before) {
      try {
        return new NodeSpec(
            before.name(),
            new Endpoint(
                host == null ? before.endpoint().host() : host,
                port == null ? before.endpoint().port() : port),
            priority == null ? before.priority() : priority,
            failover == null ? before.nofailover() : !failover,
            sync == null ? before.nosync() : !sync,
            loadbalance == null ? before.noloadbalance() : !loadbalance);
      } catch (IllegalArgumentException e) {
        throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), null);
      }
    }

    @Nullable String host() {
      return host;
    }
  }

  private static Report report(NodeSpec node, String done) {
    return new Report()
        .fact(done, node.name())
        .fact("address", node.endpoint().toString())
        .fact("priority", node.priority())
        .fact("nofailover", node.nofailover())
        .fact("nosync", node.nosync())
        .fact("noloadbalance", node.noloadbalance());
  }

  /** {@code howdah node add}. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Make a standby known to the cluster; it has to be a copy of the primary.")
  static final class Add extends ClusterCommand {

    @Parameters(paramLabel = "NAME", description = "Its name, also its application_name.")
    private String name = "";

    @Mixin private Properties properties;

    @Override
    int run(ClusterLink link) throws StoreUnavailableException, InterruptedException {
      ClusterView view = view(link);
      if (view.nodes().containsKey(name)) {
        throw new CommandException(
            ExitCode.REFUSED, name + " is there already", "howdah node set changes it.");
      }
      String host = properties.host();
      if (host == null) {
        throw new CommandException(ExitCode.USAGE, "--host is missing", null);
      }
      NodeSpec node = properties.of(NodeSpec.of(name, new Endpoint(host, 5432)));
      require(link.desk().putNode(view, node));
      print(report(node, "added"), link);
      return ExitCode.OK;
    }
  }

  /** {@code howdah node set}. */
  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = "Change what a node is like; what is not named stays.")
  static final class Change extends ClusterCommand {

    @Parameters(paramLabel = "NAME", description = "The node.")
    private String name = "";

    @Mixin private Properties properties;

    @Override
    int run(ClusterLink link) throws StoreUnavailableException, InterruptedException {
      ClusterView view = view(link);
      NodeSpec before = view.nodes().get(name);
      if (before == null) {
        throw new CommandException(
            ExitCode.REFUSED,
            "there is no node " + name,
            "There are " + String.join(", ", view.nodes().keySet()) + ".");
      }
      NodeSpec node = properties.of(before);
      if (!node.equals(before)) {
        require(link.desk().putNode(view, node));
      }
      print(report(node, node.equals(before) ? "unchanged" : "changed"), link);
      return ExitCode.OK;
    }
  }

  /** {@code howdah node remove}. */
  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Forget a standby. It goes on running; nobody watches, reads or promotes it.")
  static final class Remove extends ClusterCommand {

    @Parameters(paramLabel = "NAME", description = "The node.")
    private String name = "";

    @Mixin private Confirmation confirmation;

    @Override
    int run(ClusterLink link) throws StoreUnavailableException, IOException, InterruptedException {
      ClusterView view = view(link);
      if (view.nodes().containsKey(name)) {
        confirm(confirmation, "Forget " + name + " of cluster " + link.cluster() + "?");
      }
      require(link.desk().removeNode(view, name));
      print(new Report().fact("removed", name), link);
      return ExitCode.OK;
    }
  }
}
