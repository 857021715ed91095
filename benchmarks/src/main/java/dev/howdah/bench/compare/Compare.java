package dev.howdah.bench.compare;

import dev.howdah.bench.load.LoadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./dev bench compare}: the same loads through PgBouncer and through Howdah. Both run at the
 * same time and are measured in turns, in an order that changes every round, so that a neighbour's
 * noise hits both; what counts is the ratio within a round.
 */
@Command(
    name = "./dev bench compare",
    mixinStandardHelpOptions = true,
    description = "Compare Howdah with PgBouncer on this machine.")
public final class Compare implements Callable<Integer> {
  @Option(
      names = "--rounds",
      description = "Measured runs of each pooler; default ${DEFAULT-VALUE}.")
  private int rounds = 7;

  @Option(names = "--seconds", description = "Measured seconds of a run; default ${DEFAULT-VALUE}.")
  private double seconds = 3;

  @Option(
      names = "--first-seconds",
      description =
          "Length of a first run that is thrown away, four times as long for logins; default"
              + " ${DEFAULT-VALUE}.")
  private double firstSeconds = 5;

  @Option(names = "--scenario", arity = "1..*", paramLabel = "NAME", description = "Only these.")
  private List<String> scenarioWords = new ArrayList<>();

  @Option(names = "--markdown", description = "Print tables for the manual.")
  private boolean markdown;

  @Option(names = "--io", paramLabel = "epoll|io_uring", description = "Howdah's io setting.")
  private @Nullable String io;

  @Option(names = "--loops", paramLabel = "N", description = "Howdah's event_loops setting.")
  private @Nullable Integer loops;

  @Option(names = "--pgbouncer", paramLabel = "FILE", description = "Another PgBouncer.")
  private @Nullable Path pgBouncer;

  @Spec private CommandSpec spec;

  private final List<String> arguments;

  private Compare(List<String> arguments) {
    this.arguments = arguments;
  }

  /** The program; see {@code --help}. Ends with 1 if a run had errors. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Compare(List.of(arguments))).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      return compare();
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      return 1;
    }
  }

  private int compare() throws IOException, InterruptedException {
    List<Scenario> scenarios = scenarios();
    Path theirs = pgBouncer == null ? Programs.pgBouncer() : pgBouncer;
    Path ours = Path.of("howdah").toAbsolutePath();
    Map<String, String> facts = Surroundings.facts(theirs, ours, arguments);
    if (!markdown) {
      facts.forEach((name, value) -> System.out.println(name + ": " + value));
    }
    List<Outcome> outcomes = new ArrayList<>();
    try (var arena = new Arena()) {
      for (Scenario scenario : scenarios) {
        Outcome outcome = run(arena, scenario, theirs, ours);
        outcomes.add(outcome);
        if (!markdown) {
          System.out.println("\n" + Report.text(outcome).stripTrailing());
        }
      }
    }
    if (markdown) {
      System.out.print(Report.markdown(facts, outcomes));
    }
    return outcomes.stream().allMatch(outcome -> outcome.trouble().isEmpty()) ? 0 : 1;
  }

  private List<Scenario> scenarios() {
    if (rounds < 1 || seconds <= 0) {
      throw new ParameterException(spec.commandLine(), "a round and some seconds are needed");
    }
    try {
      return scenarioWords.isEmpty()
          ? List.of(Scenario.values())
          : scenarioWords.stream().map(Scenario::of).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Outcome run(Arena arena, Scenario scenario, Path theirs, Path ours)
      throws IOException, InterruptedException {
    try (Pooler rival = rival(arena, scenario, theirs, ours);
        Pooler howdah = howdah(arena, scenario, ours)) {
      var outcome = new Outcome(scenario, new ArrayList<>(), new ArrayList<>());
      progress(scenario, "warming up");
      double first = firstSeconds * scenario.warmUpFactor();
      measure(arena, rival, scenario, scenario.loadOfRival(), first);
      measure(arena, howdah, scenario, scenario.load(), first);
      for (int round = 0; round < rounds; round++) {
        progress(scenario, "round " + (round + 1) + " of " + rounds);
        boolean howdahFirst = round % 2 == 1;
        if (howdahFirst) {
          outcome.howdah().add(measure(arena, howdah, scenario, scenario.load(), seconds));
        }
        outcome.rival().add(measure(arena, rival, scenario, scenario.loadOfRival(), seconds));
        if (!howdahFirst) {
          outcome.howdah().add(measure(arena, howdah, scenario, scenario.load(), seconds));
        }
      }
      return outcome;
    }
  }

  private Pooler howdah(Arena arena, Scenario scenario, Path program)
      throws IOException, InterruptedException {
    return scenario == Scenario.C64GATE
        ? arena.leased(scenario, ownKeys(), true)
        : arena.howdah(program, scenario, ownKeys());
  }

  private Pooler rival(Arena arena, Scenario scenario, Path theirs, Path ours)
      throws IOException, InterruptedException {
    return switch (scenario.rival()) {
      case PGBOUNCER -> arena.pgBouncer(theirs, scenario);
      case UNTRACKED -> {
        List<String> keys = new ArrayList<>(ownKeys());
        keys.add("session_state = off");
        yield arena.howdah(ours, scenario, keys);
      }
      case UNGATED -> arena.leased(scenario, ownKeys(), false);
    };
  }

  private List<String> ownKeys() {
    return Stream.of(io == null ? "" : "io = " + io, loops == null ? "" : "event_loops = " + loops)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static LoadResult measure(
      Arena arena, Pooler pooler, Scenario scenario, List<String> load, double secondsOfRun)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(pooler.target(scenario.unixSockets()));
    options.addAll(load);
    options.addAll(List.of("--seconds", Double.toString(secondsOfRun)));
    return arena.generator().run(options, secondsOfRun);
  }

  private static void progress(Scenario scenario, String what) {
    System.err.println("bench: " + scenario.word() + ", " + what);
  }
}
