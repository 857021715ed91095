package dev.howdah.cli.output;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes what fish needs to complete a command line: one line for each command and option. */
public final class FishCompletion {

  private FishCompletion() {}

  /** The script for a command with its subcommands, one level deep. */
  public static String of(String name, CommandLine root) {
    StringBuilder script = new StringBuilder("# fish completion of " + name + "\n");
    StringBuilder all = new StringBuilder();
    root.getSubcommands().keySet().forEach(command -> all.append(' ').append(command));
    String none = "not __fish_seen_subcommand_from" + all;
    root.getSubcommands()
        .forEach((command, line) ->
            script.append(
                "complete -c %s -n %s -f -a %s -d %s\n"
                    .formatted(name, quoted(none), command, quoted(description(line)))));
    root.getSubcommands()
        .forEach((command, line) -> {
          for (OptionSpec option : line.getCommandSpec().options()) {
            script.append(option(name, command, option));
          }
        });
    return script.toString();
  }

  private static String option(String name, String command, OptionSpec option) {
    StringBuilder line =
        new StringBuilder(
            "complete -c %s -n %s"
                .formatted(name, quoted("__fish_seen_subcommand_from " + command)));
    for (String spelling : option.names()) {
      line.append(spelling.startsWith("--") ? " -l " : " -s ")
          .append(spelling.replaceFirst("^--?", ""));
    }
    if (option.arity().min() > 0) {
      line.append(" -r");
    }
    if (option.completionCandidates() != null) {
      line.append(" -f -a ").append(quoted(String.join(" ", option.completionCandidates())));
    }
    String[] words = option.description();
    return line.append(words.length == 0 ? "" : " -d " + quoted(words[0])).append('\n').toString();
  }

  private static String description(CommandLine line) {
    String[] words = line.getCommandSpec().usageMessage().description();
    return words.length == 0 ? "" : words[0];
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
