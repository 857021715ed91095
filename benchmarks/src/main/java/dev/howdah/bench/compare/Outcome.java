package dev.howdah.bench.compare;

import dev.howdah.bench.load.LoadResult;
import java.util.List;
import java.util.stream.Stream;

/**
 * What came of a scenario: one result per round for each pooler.
 *
 * @param rival in the order of the rounds
 * @param howdah the same
 */
record Outcome(Scenario scenario, List<LoadResult> rival, List<LoadResult> howdah) {

  Spread rival(Measure measure) {
    return Spread.of(rival.stream().mapToDouble(measure::of));
  }

  Spread howdah(Measure measure) {
    return Spread.of(howdah.stream().mapToDouble(measure::of));
  }

  /** Howdah's figure divided by the rival's, round by round. */
  Spread ratio(Measure measure) {
    return Spread.ofRatios(
        howdah.stream().map(measure::of).toList(), rival.stream().map(measure::of).toList());
  }

  /** Errors of both and the first of them; an empty text if all went well. */
  String trouble() {
    return Stream.concat(describe(scenario.rival().label(), rival), describe("Howdah", howdah))
        .reduce((first, second) -> first + "; " + second)
        .orElse("");
  }

  private static Stream<String> describe(String name, List<LoadResult> results) {
    long errors = results.stream().mapToLong(LoadResult::errors).sum();
    return results.stream()
        .filter(result -> result.errors() > 0)
        .limit(1)
        .map(result -> name + ": " + errors + " errors, first: " + result.firstError());
  }
}
