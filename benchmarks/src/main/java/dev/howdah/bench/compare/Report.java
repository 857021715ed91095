package dev.howdah.bench.compare;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns outcomes into text for a terminal, or into Markdown for the manual. */
final class Report {
  private Report() {}

  /** One scenario for a terminal. */
  static String text(Outcome outcome) {
    var out = new StringBuilder();
    Scenario scenario = outcome.scenario();
    out.append(scenario.word()).append(": ").append(scenario.description()).append('\n');
    out.append(line("", scenario.rival().label(), "Howdah", "ratio"));
    for (Measure measure : scenario.measures()) {
      out.append(
          line(
              measure.label(),
              outcome.rival(measure).text(),
              outcome.howdah(measure).text(),
              outcome.ratio(measure).ratio()));
    }
    if (!outcome.trouble().isEmpty()) {
      out.append("  ERRORS  ").append(outcome.trouble()).append('\n');
    }
    return out.toString();
  }

  private static String line(String label, String rival, String howdah, String ratio) {
    return String.format(Locale.ROOT, "  %-10s %-28s %-28s %s%n", label, rival, howdah, ratio);
  }

  /** Everything, as Markdown: the facts, the ratios, and the figures behind them. */
  static String markdown(Map<String, String> facts, List<Outcome> outcomes) {
    var out = new StringBuilder();
    facts.forEach(
        (name, value) -> out.append("- ").append(name).append(": ").append(value).append('\n'));
    for (Rival rival : Rival.values()) {
      List<Outcome> against =
          outcomes.stream().filter(outcome -> outcome.scenario().rival() == rival).toList();
      if (!against.isEmpty()) {
        out.append("\nHowdah divided by ")
            .append(rival.label())
            .append(", median of the rounds:\n\n");
        ratios(out, against.stream().filter(outcome -> !isBulk(outcome)).toList());
        ratios(out, against.stream().filter(Report::isBulk).toList());
      }
    }
    out.append("The figures behind them, median [smallest..largest] of the rounds:\n\n");
    out.append(
        "| scenario | measure | compared with | its figure | Howdah |\n|---|---|---|---|---|\n");
    for (Outcome outcome : outcomes) {
      for (Measure measure : outcome.scenario().measures()) {
        row(
            out,
            List.of(
                outcome.scenario().word(),
                measure.label(),
                outcome.scenario().rival().label(),
                outcome.rival(measure).text(),
                outcome.howdah(measure).text()));
      }
    }
    for (Outcome outcome : outcomes) {
      if (!outcome.trouble().isEmpty()) {
        out.append("\nErrors in ").append(outcome.scenario().word()).append(": ");
        out.append(outcome.trouble()).append('\n');
      }
    }
    return out.toString();
  }

  private static boolean isBulk(Outcome outcome) {
    return outcome.scenario().measures().contains(Measure.CPU_PER_GIGABYTE);
  }

  /** One table; all outcomes have the same measures. */
  private static void ratios(StringBuilder out, List<Outcome> outcomes) {
    if (outcomes.isEmpty()) {
      return;
    }
    List<Measure> measures = outcomes.getFirst().scenario().measures();
    out.append("| scenario | |");
    measures.forEach(measure -> out.append(' ').append(measure.label()).append(" |"));
    out.append("\n|---|---|").append("---|".repeat(measures.size())).append('\n');
    for (Outcome outcome : outcomes) {
      out.append("| `").append(outcome.scenario().word()).append("` | ");
      out.append(outcome.scenario().description()).append(" |");
      for (Measure measure : measures) {
        out.append(' ').append(outcome.ratio(measure).ratio()).append(" |");
      }
      out.append('\n');
    }
    out.append('\n');
  }

  private static void row(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
