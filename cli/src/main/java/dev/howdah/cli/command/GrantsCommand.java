package dev.howdah.cli.command;

import dev.howdah.cli.grants.GrantRun;
import dev.howdah.cli.grants.GrantScript;
import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.serve.ClusterSettings;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.failover.act.ActionSettings;
import dev.howdah.failover.act.NodeRole;
import dev.howdah.failover.observe.NodeCredentials;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code howdah grants}: the rights of the roles that Howdah logs in to the nodes as. */
@Command(
    name = "grants",
    description =
        "Print, or give, exactly the rights that the roles of [cluster] and [routing] need on the"
            + " nodes.")
public final class GrantsCommand implements Callable<Integer> {

  private static final int MAJOR_NEWEST = 18;

  @Spec private CommandSpec spec;

  @Option(names = "--print", description = "Print the statements, for psql.")
  private boolean print;

  @Option(
      names = "--apply",
      description =
          "Run them on the primary among [nodes], creating roles that are missing. Needs -c, and a"
              + " superuser with its password in PGPASSWORD.")
  private boolean apply;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Configuration with a section [cluster]; without it the roles are howdah and"
              + " replicator.")
  private @Nullable Path file;

  @Option(
      names = "--version",
      paramLabel = "13..18",
      description = "The nodes' PostgreSQL, for --print.",
      defaultValue = "18")
  private int version = MAJOR_NEWEST;

  @Option(
      names = "--as",
      paramLabel = "USER",
      description = "The superuser, for --apply.",
      defaultValue = "postgres")
  private String superuser = "postgres";

  @Override
  public Integer call() throws LaunchException, SQLException {
    LogSetup.use(Verbosity.QUIET);
    if (version < NodeRole.MAJOR_MIN || version > MAJOR_NEWEST) {
      throw new ParameterException(
          spec.commandLine(),
          "--version is from %d to %d, not %d"
              .formatted(NodeRole.MAJOR_MIN, MAJOR_NEWEST, version));
    }
    if (print == apply) {
      throw new ParameterException(spec.commandLine(), "Say either --print or --apply");
    }
    if (print) {
      System.out.print(script().text(version));
      return ExitCode.OK;
    }
    if (file == null) {
      throw new ParameterException(spec.commandLine(), "--apply needs -c FILE, to find the nodes");
    }
    System.out.println(apply(ClusterSettings.load(file)));
    return ExitCode.OK;
  }

  private GrantScript script() throws LaunchException {
    return file == null
        ? new GrantScript("howdah", Optional.empty(), "replicator", "postgres")
        : script(ClusterSettings.load(file));
  }

  private static GrantScript script(ClusterSettings settings) {
    ActionSettings actions = settings.actions();
    return new GrantScript(
        actions.node().user(),
        settings.watchingRole(),
        actions.replicationUser(),
        actions.node().database());
  }

  private String apply(ClusterSettings settings) throws LaunchException, SQLException {
    ActionSettings actions = settings.actions();
    Map<String, String> passwords = new HashMap<>();
    actions.node().password().ifPresent(password -> passwords.put(actions.node().user(), password));
    actions
        .replicationPassword()
        .ifPresent(password -> passwords.put(actions.replicationUser(), password));
    NodeCredentials login =
        new NodeCredentials(
            superuser,
            Optional.ofNullable(System.getenv("PGPASSWORD")),
            actions.node().database(),
            actions.node().tls());
    return new GrantRun(settings.nodes(), login).apply(script(settings), passwords);
  }
}
