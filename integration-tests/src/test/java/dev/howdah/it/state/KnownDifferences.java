package dev.howdah.it.state;

import dev.howdah.it.fixture.Transcript;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What does not hold yet, or cannot hold: titles of scenarios, or {@code program} and the name of a
 * script, with a reason each, from {@code known-differences.txt}. The suite fails when something on
 * the list holds, so that the list is never longer than the truth. Immutable.
 */
record KnownDifferences(Map<String, String> reasons) {

  private static final String PROGRAM = "program ";

  /** Names of programs among the titles. */
  Set<String> programs() {
    return reasons.keySet().stream()
        .filter(title -> title.startsWith(PROGRAM))
        .map(title -> title.substring(PROGRAM.length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The list as it stands in the resources: {@code title | reason}. */
  static KnownDifferences read() {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (String line : Transcript.resource("/state/known-differences.txt").lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        int bar = line.lastIndexOf(" | ");
        if (bar < 0) {
          throw new AssertionError("a known difference needs a reason: " + line);
        }
        reasons.put(line.substring(0, bar).strip(), line.substring(bar + 3).strip());
      }
    }
    return new KnownDifferences(reasons);
  }

  /** Whether this is known not to hold. */
  boolean contains(String title) {
    return reasons.containsKey(title);
  }
}
