package dev.howdah.cli.cluster;

import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.serve.ClusterSettings;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.failover.store.EtcdOptions;
import dev.howdah.failover.store.EtcdStore;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster, and where its etcd is; a mixin. */
public final class ClusterOptions {

  private static final List<Path> USUAL =
      List.of(Path.of("howdah.ini"), Path.of("/etc/howdah/howdah.ini"));

  /** Held here, since a logger that nobody holds forgets its level. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Configuration with a section [cluster]; without it $HOWDAH_CONFIG, howdah.ini here, or"
              + " /etc/howdah/howdah.ini.")
  private @Nullable Path file;

  @Option(
      names = "--etcd",
      paramLabel = "URL",
      split = ",",
      description =
          "Members of etcd, such as http://10.0.0.21:2379, instead of a configuration. User and"
              + " password come from $HOWDAH_ETCD_USER and $HOWDAH_ETCD_PASSWORD.")
  private List<URI> etcd = List.of();

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "The cluster's name, with --etcd. (main)")
  private String cluster = "main";

  /**
   * Opens the way to the store; connects when first used.
   *
   * @throws LaunchException if nobody says where it is
   */
  public ClusterLink open() throws LaunchException {
    return open(System.getenv());
  }

  ClusterLink open(Map<String, String> environment) throws LaunchException {
    LogSetup.use(Verbosity.QUIET);
    GRPC.setLevel(Level.SEVERE); // what matters comes back as an answer
    if (!etcd.isEmpty()) {
      return overEtcd(environment);
    }
    ClusterSettings settings = ClusterSettings.load(find(environment));
    if (settings.isInMemory()) {
      throw new LaunchException(
          "[cluster] has store = memory: such a cluster is known to its own process alone");
    }
    return new ClusterLink(settings.openStoreForCommand(), settings.name(), settings.storeName());
  }

  private ClusterLink overEtcd(Map<String, String> environment) throws LaunchException {
    try {
      EtcdOptions options = EtcdOptions.of(etcd, "/howdah/" + cluster + "/");
      String user = environment.getOrDefault("HOWDAH_ETCD_USER", "");
      if (!user.isEmpty()) {
        options = options.withLogin(user, environment.getOrDefault("HOWDAH_ETCD_PASSWORD", ""));
      }
      String members = etcd.stream().map(URI::toString).collect(Collectors.joining(", "));
      return new ClusterLink(new EtcdStore(options.unhurried()), cluster, "etcd " + members);
    } catch (IllegalArgumentException e) {
      throw new LaunchException(String.valueOf(e.getMessage()), e);
    }
  }

  private Path find(Map<String, String> environment) throws LaunchException {
    if (file != null) {
      return file;
    }
    String named = environment.getOrDefault("HOWDAH_CONFIG", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    return USUAL.stream()
        .filter(Files::isReadable)
        .findFirst()
        .orElseThrow(() ->
            new LaunchException(
                "which cluster? Name its configuration with -c FILE, or its etcd with --etcd URL"));
  }
}
