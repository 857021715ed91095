package dev.howdah.cli.command;

import dev.howdah.cli.check.Capacity;
import dev.howdah.cli.check.ServerFacts;
import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Listing;
import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.output.OutputOptions;
import dev.howdah.cli.output.ProgressLine;
import dev.howdah.cli.output.Report;
import dev.howdah.cli.output.Terminal;
import dev.howdah.cli.output.Tone;
import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.DatabaseConfig;
import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.topology.Endpoint;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code howdah check}. */
@Command(
    name = "check",
    description =
        "Look for mistakes in configurations, and add up how many server connections the poolers that"
            + " run with them may open, server by server. Changes nothing; opens no port.")
public final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "One for each pooler of the fleet, or one for all of them with --poolers.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--poolers",
      paramLabel = "N",
      description =
          "So many poolers run with each FILE; unless told, as many as [peers] lists, or 1.")
  private int poolers;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "So many users log in to a database whose entry names none; 1 unless told.")
  private int users = 1;

  @Option(
      names = "--databases",
      paramLabel = "N",
      description = "So many databases are served by the entry *; 1 unless told.")
  private int databases = 1;

  @Option(
      names = "--connect",
      description = "Ask each server for its max_connections, and compare.")
  private boolean connect;

  @Option(
      names = {"-U", "--user"},
      paramLabel = "NAME",
      description =
          "Who to be for --connect where the configuration names nobody; the password comes from"
              + " $PGPASSWORD.")
  private @Nullable String user;

  private final Listing problems = new Listing(Column.text("problem").toned(_ -> Tone.BAD));
  private final Listing warnings = new Listing(Column.text("warning").toned(_ -> Tone.WARNING));
  private boolean tooMany;

  @Override
  public Integer call() {
    LogSetup.use(Verbosity.QUIET);
    List<PoolerConfig> configs = new ArrayList<>();
    for (Path file : files) {
      try {
        LoadedConfig loaded = ConfigLoader.load(file, System::getenv);
        loaded.warnings().forEach(warnings::add);
        configs.add(loaded.config());
      } catch (ConfigException e) {
        e.problems().forEach(problem -> problems.add(problem.toString()));
      }
    }
    Capacity capacity = new Capacity(users, databases);
    configs.forEach(config -> capacity.add(config, poolersWith(config)));
    Listing servers = servers(configs, capacity);
    Report report =
        new Report()
            .fact("files", files.stream().map(Path::toString).toList(), names())
            .fact("good", problems.size() == 0 && !tooMany);
    if (problems.size() > 0) {
      report.listing("problems", problems);
    }
    if (warnings.size() > 0) {
      report.listing("warnings", warnings);
    }
    report.listing("servers", servers);
    report.note(assumptions(configs));
    output.printer(spec.commandLine().getOut(), Terminal.ofStandardOutput()).print(report);
    return problems.size() == 0 && !tooMany ? ExitCode.OK : ExitCode.FAILURE;
  }

  private String names() {
    return String.join(" ", files.stream().map(Path::toString).toList());
  }

  private int poolersWith(PoolerConfig config) {
    int listed = files.size() > 1 ? 1 : config.peering().peers().size();
    return poolers > 0 ? poolers : Math.max(1, listed);
  }

  private String assumptions(List<PoolerConfig> configs) {
    int count = configs.stream().mapToInt(this::poolersWith).sum();
    return "Counted for %d pooler%s, %d user%s per database whose entry names none, %d database%s behind *."
        .formatted(count, plural(count), users, plural(users), databases, plural(databases));
  }

  private static String plural(int count) {
    return count == 1 ? "" : "s";
  }

  // ---- servers ----

  private Listing servers(List<PoolerConfig> configs, Capacity capacity) {
    Listing listing =
        new Listing(
            Column.text("server"),
            Column.count("databases"),
            Column.count("pools"),
            Column.count("connections").headed("MOST CONNECTIONS"),
            Column.count("max_connections"),
            Column.count("free").headed("FOR POOLERS"),
            Column.text("version"),
            Column.text("verdict").toned(CheckCommand::tone));
    try (ProgressLine progress = ProgressLine.start(capacity.demands().size())) {
      for (Map.Entry<Endpoint, Capacity.Demand> entry : capacity.demands().entrySet()) {
        Endpoint server = entry.getKey();
        Capacity.Demand demand = entry.getValue();
        progress.phase("asking " + server);
        ServerFacts facts = null;
        String verdict = "not asked";
        if (connect) {
          try {
            facts = ask(server, configs);
            boolean fits = demand.connections() <= facts.free();
            tooMany |= !fits;
            verdict = fits ? "fits" : "too many";
          } catch (SQLException e) {
            tooMany = true; // nobody knows, which is no yes
            verdict = String.valueOf(e.getMessage()).lines().findFirst().orElse("no answer");
          }
        }
        listing.add(
            server.toString(),
            demand.databases(),
            demand.pools(),
            demand.connections(),
            facts == null ? null : facts.maxConnections(),
            facts == null ? null : facts.free(),
            facts == null ? null : facts.version(),
            verdict);
      }
    }
    return listing;
  }

  private static Tone tone(Object verdict) {
    return switch (verdict.toString()) {
      case "fits" -> Tone.GOOD;
      case "not asked" -> Tone.FAINT;
      default -> Tone.BAD;
    };
  }

  /** As who watches the nodes, else as whom an entry names, else as {@code --user}. */
  private ServerFacts ask(Endpoint server, List<PoolerConfig> configs) throws SQLException {
    for (PoolerConfig config : configs) {
      var probing = config.routing().probing();
      boolean isNode =
          config.routing().nodes().stream().anyMatch(node -> node.endpoint().equals(server));
      if (isNode && config.cluster().isPresent()) {
        var login = config.cluster().get().nodeLogin();
        return ServerFacts.ask(
            server, login.database(), login.user(), login.password().orElse(password()));
      }
      if (isNode && !probing.user().isEmpty()) {
        return ServerFacts.ask(
            server, probing.database(), probing.user(), probing.password().orElse(password()));
      }
      for (DatabaseConfig database : config.databases().values()) {
        if (database.endpoints().contains(server) && database.user().isPresent()) {
          return ServerFacts.ask(
              server,
              database.serverDatabase(),
              database.user().get(),
              database.password().orElse(password()));
        }
      }
    }
    if (user == null) {
      throw new SQLException("nobody to ask as; use -U NAME and $PGPASSWORD");
    }
    return ServerFacts.ask(server, "postgres", user, password());
  }

  private static String password() {
    String password = System.getenv("PGPASSWORD");
    return password == null ? "" : password;
  }
}
