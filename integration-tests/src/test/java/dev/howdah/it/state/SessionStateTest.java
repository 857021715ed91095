package dev.howdah.it.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PostgresServer;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client cannot tell transaction pooling from a connection of its own. Each scenario is performed
 * with a PostgreSQL connection for each client, and behind the pooler while other clients take the
 * server connection away between the steps; what the clients hear has to be the same. What does not
 * hold is in {@code state/known-differences.txt}, which has to be exact.
 *
 * <p>{@code -Dhowdah.state.only=REGEX} performs scenarios only whose {@code group: title} matches,
 * {@code -Dhowdah.state.show=true} prints what differs although it is known, and {@code
 * -Dhowdah.state.noise=all} lets the other clients of the pool do all they can to every scenario.
 */
@ExtendWith(PostgresServer.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionStateTest {
  private static final Pattern ONLY = Pattern.compile(System.getProperty("howdah.state.only", ""));
  private static final boolean SHOW = Boolean.getBoolean("howdah.state.show");
  private static final boolean ALL_NOISE = "all".equals(System.getProperty("howdah.state.noise"));

  /** PostgreSQL itself waits 5 s before it refuses to drop a database that is in use. */
  private static final int PATIENCE_MILLIS =
      Integer.getInteger("howdah.state.patience.millis", 10_000);

  private final Stage stage;
  private final KnownDifferences known = KnownDifferences.read();

  SessionStateTest(PostgresServer server) throws SQLException {
    stage = Stage.on(server);
  }

  static List<Scenario> scenarios() {
    return Scenario.all().stream()
        .filter(scenario -> ONLY.matcher(scenario.group() + ": " + scenario.title()).find())
        .map(scenario -> ALL_NOISE ? scenario.amid(EnumSet.allOf(Scenario.Noise.class)) : scenario)
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void a_client_sees_what_it_sees_without_a_pooler(Scenario scenario) throws Exception {
    List<String> direct = stage.direct(scenario);
    assertThat(direct).as("PostgreSQL itself answers").doesNotContain("    TIMEOUT");

    Outcome outcome = stage.pooled(scenario, PATIENCE_MILLIS);

    Outcome.Verdict verdict = outcome.verdict(scenario, direct);
    String differences = outcome.differences(direct);
    if (known.contains(scenario.title())) {
      if (SHOW) {
        System.out.println("== " + scenario.title() + "\n" + differences);
      }
      assertThat(verdict)
          .as("\"%s\" holds now: take it off known-differences.txt", scenario.title())
          .isEqualTo(Outcome.Verdict.DIFFERENT);
    } else {
      assertThat(verdict)
          .as("\"%s\"%n%s", scenario.title(), differences)
          .isNotEqualTo(Outcome.Verdict.DIFFERENT);
    }
  }

  @Test
  void every_known_difference_is_one_of_a_scenario() {
    Set<String> titles =
        Scenario.all().stream().map(Scenario::title).collect(Collectors.toCollection(TreeSet::new));
    known.programs().forEach(program -> titles.add("program " + program));

    assertThat(titles).containsAll(known.reasons().keySet());
  }
}
