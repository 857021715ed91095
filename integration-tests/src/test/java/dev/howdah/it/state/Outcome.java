package dev.howdah.it.state;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of a scenario behind a pooler.
 *
 * @param complaints what other clients saw that they should not have seen
 * @param moves how many steps found their client's last server connection taken
 */
record Outcome(List<String> transcript, List<String> complaints, int moves) {
  private static final String MAY_REFUSE = "may-refuse ";
  private static final String HEALS = "heals ";

  /** In how far a client could tell the pooler from PostgreSQL. */
  enum Verdict {
    SAME,
    /** It was refused clearly what could not be kept. */
    REFUSED,
    /** What PostgreSQL refuses works. */
    HEALED,
    DIFFERENT
  }

  /** Compares with what PostgreSQL answered. */
  Verdict verdict(Scenario scenario, List<String> direct) {
    if (!complaints.isEmpty()) {
      return Verdict.DIFFERENT;
    }
    if (transcript.equals(direct)) {
      return Verdict.SAME;
    }
    int at = firstDifference(direct);
    if (isError(scenario, MAY_REFUSE, transcript, at)) {
      return Verdict.REFUSED;
    }
    return isError(scenario, HEALS, direct, at) && !isError(scenario, HEALS, transcript, at)
        ? Verdict.HEALED
        : Verdict.DIFFERENT;
  }

  /** Whether a line is an error with the SQLSTATE that a tag of the scenario names. */
  private static boolean isError(Scenario scenario, String tag, List<String> lines, int at) {
    return at < lines.size()
        && scenario.tags().stream()
            .filter(word -> word.startsWith(tag))
            .anyMatch(word ->
                lines.get(at).contains("ErrorResponse S=ERROR C=" + word.substring(tag.length())));
  }

  private int firstDifference(List<String> direct) {
    int at = 0;
    while (at < direct.size()
        && at < transcript.size()
        && direct.get(at).equals(transcript.get(at))) {
      at++;
    }
    return at;
  }

  /** Both transcripts as one text, for the reader of a failure. */
  String differences(List<String> direct) {
    List<String> lines = new ArrayList<>();
    complaints.forEach(complaint -> lines.add("!   " + complaint));
    int at = firstDifference(direct);
    direct.subList(0, at).forEach(line -> lines.add("    " + line));
    if (at < direct.size() || at < transcript.size()) {
      lines.add("--- PostgreSQL");
      direct.subList(at, direct.size()).forEach(line -> lines.add("-   " + line));
      lines.add("+++ behind the pooler");
      transcript.subList(at, transcript.size()).forEach(line -> lines.add("+   " + line));
    }
    return String.join("\n", lines);
  }
}
