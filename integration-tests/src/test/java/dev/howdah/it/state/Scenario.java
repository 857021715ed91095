package dev.howdah.it.state;

import dev.howdah.it.fixture.Transcript;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A short story about session state, with a title that says what PostgreSQL does. Immutable.
 *
 * <p>Files of scenarios are text:
 *
 * <pre>
 * == a title
 * A: SELECT 'a simple query'
 *    , 'on two lines'
 * A:
 *   Parse s1 int4: SELECT $1
 *   Bind s1: 5
 *   Execute
 *   Sync
 * A&amp; SELECT 'sent without waiting for the answer'
 * B! login work_mem=7MB
 * O: SELECT 'not through a pooler'
 * </pre>
 *
 * A line {@code noise: settings statements listen} says what the other clients of the same pool do
 * between the steps of all following scenarios of the file; {@code @in-place} after a title keeps
 * notifications where they stand between the messages, {@code @may-refuse 55000} lets a pooler
 * refuse, with this SQLSTATE, what PostgreSQL would do, and {@code @heals 0A000} lets it do what
 * PostgreSQL refuses. The others of the pool keep still with {@code @undisturbed}, so that the
 * pooler chooses freely among the server connections, and with {@code @one-connection} there are no
 * others, and one server connection for all.
 *
 * @param group name of the file
 * @param tags the words after {@code @}
 */
record Scenario(String group, String title, Set<String> tags, Set<Noise> noise, List<Step> steps) {
  /** Files, in the order of the published table. */
  static final List<String> GROUPS =
      List.of(
          "settings",
          "rollback",
          "startup",
          "statements",
          "sqlprepare",
          "listen",
          "locks",
          "temporary",
          "sequences",
          "discard",
          "databases",
          "mixed");

  /** What the rest of the pool's clients do to the server connections. */
  enum Noise {
    /** They change settings and the role. */
    SETTINGS,
    /** They prepare statements under names that the scenarios use too. */
    STATEMENTS,
    /** They listen. */
    LISTEN
  }

  /** All scenarios of all files. */
  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    Set<String> titles = new HashSet<>();
    for (String group : GROUPS) {
      for (Scenario scenario : parse(group, Transcript.resource("/state/" + group + ".txt"))) {
        if (!titles.add(scenario.title())) {
          throw new AssertionError("two scenarios are called: " + scenario.title());
        }
        all.add(scenario);
      }
    }
    return List.copyOf(all);
  }

  /** A scenario made by a program, in the language of the files. */
  static Scenario of(String title, Set<String> tags, List<String> steps) {
    List<String> block = new ArrayList<>();
    block.add("== " + title);
    tags.forEach(tag -> block.add("@" + tag));
    steps.forEach(step -> step.lines().forEach(block::add));
    List<Scenario> made = new ArrayList<>();
    add(made, "random", Set.of(), block);
    return made.getFirst();
  }

  /** The same with other noise around it. */
  Scenario amid(Set<Noise> other) {
    return new Scenario(group, title, tags, Set.copyOf(other), steps);
  }

  /** Clients behind the pooler, in the order of their first steps. */
  List<String> clients() {
    return steps.stream().map(Step::client).filter(name -> !isOutsider(name)).distinct().toList();
  }

  /** Whether a client connects to PostgreSQL itself in all runs. */
  static boolean isOutsider(String client) {
    return client.equals("O");
  }

  @Override
  public String toString() {
    return title;
  }

  private static List<Scenario> parse(String group, String text) {
    List<Scenario> scenarios = new ArrayList<>();
    Set<Noise> noise = Set.of();
    List<String> block = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("== ") || line.startsWith("noise:")) {
        add(scenarios, group, noise, block);
        block.clear();
      }
      if (line.startsWith("noise:")) {
        noise = noises(line.substring("noise:".length()));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        block.add(line);
      }
    }
    add(scenarios, group, noise, block);
    return scenarios;
  }

  private static Set<Noise> noises(String words) {
    Set<Noise> noise = new HashSet<>();
    for (String word : words.strip().split("\\s+", -1)) {
      if (!word.isEmpty()) {
        noise.add(Noise.valueOf(word.toUpperCase(Locale.ROOT)));
      }
    }
    return Set.copyOf(noise);
  }

  private static void add(List<Scenario> to, String group, Set<Noise> noise, List<String> block) {
    if (block.isEmpty()) {
      return;
    }
    String title = block.getFirst().substring("== ".length()).strip();
    Set<String> tags = new HashSet<>();
    List<Step> steps = new ArrayList<>();
    int at = 1;
    while (at < block.size()) {
      String line = block.get(at);
      int next = at + 1;
      while (next < block.size() && Character.isWhitespace(block.get(next).charAt(0))) {
        next++;
      }
      if (line.startsWith("@")) {
        tags.add(line.substring(1).strip());
      } else {
        steps.add(step(line, block.subList(at + 1, next), title));
      }
      at = next;
    }
    to.add(new Scenario(group, title, Set.copyOf(tags), noise, List.copyOf(steps)));
  }

  private static Step step(String line, List<String> indented, String title) {
    String client = line.substring(0, 1);
    String text = line.substring(2).strip();
    String source = String.join("\n", indented.isEmpty() ? List.of(line) : joined(line, indented));
    return switch (line.charAt(1)) {
      case '!' -> {
        String[] words = text.split("\\s+", 2);
        yield new Step.Act(
            client,
            source,
            Step.Verb.valueOf(words[0].toUpperCase(Locale.ROOT)),
            words.length > 1 ? words[1] : "");
      }
      case ':', '&' -> {
        boolean awaited = line.charAt(1) == ':';
        List<Packet> packets =
            text.isEmpty()
                ? indented.stream().map(part -> Packet.parse(part.strip())).toList()
                : List.of(Packet.query(String.join("\n", joined(text, indented))));
        yield new Step.Send(client, source, packets, awaited);
      }
      default -> throw new AssertionError("in \"" + title + "\": " + line);
    };
  }

  private static List<String> joined(String first, List<String> rest) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(rest);
    return all;
  }
}
