package dev.howdah.it.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.it.fixture.PgBouncer;
import dev.howdah.it.fixture.PostgresServer;
import dev.howdah.it.fixture.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Writes the published table of scenarios: directly, behind Howdah, behind PgBouncer. The other
 * clients of the pools only look here, so that a scenario is about what its title says. {@code
 * -Dhowdah.state.table=FILE} names the file, from the module's folder ({@code
 * ../docs/session-state.md}); what stands between the two markers in it is replaced.
 */
@ExtendWith(PostgresServer.Shared.class)
@EnabledIfSystemProperty(
    named = "howdah.state.table",
    matches = ".+",
    disabledReason = "writes a document: -Dhowdah.state.table=../docs/session-state.md does it")
class StateTableTest {
  private static final String BEGIN = "<!-- begin of the generated part -->";
  private static final String END = "<!-- end of the generated part -->";
  private static final int PATIENCE_MILLIS = 3_000;

  private static final Map<String, String> HEADINGS = headings();

  private final PostgresServer server;

  StateTableTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void the_table_of_scenarios_is_written() throws Exception {
    if (!PgBouncer.isInstalled()) {
      throw Program.missing("PgBouncer", "pgbouncer");
    }
    Path file = Path.of(System.getProperty("howdah.state.table", ""));
    String text = Files.exists(file) ? Files.readString(file) : BEGIN + "\n" + END + "\n";
    assertThat(text).contains(BEGIN, END);

    String table = table(Stage.on(server));

    int from = text.indexOf(BEGIN) + BEGIN.length();
    Files.writeString(
        file, text.substring(0, from) + "\n\n" + table + "\n" + text.substring(text.indexOf(END)));
  }

  private static String table(Stage stage) throws Exception {
    KnownDifferences known = KnownDifferences.read();
    StringBuilder rows = new StringBuilder();
    StringJoiner notes = new StringJoiner("\n");
    Map<Outcome.Verdict, Integer> ours = new EnumMap<>(Outcome.Verdict.class);
    Map<Outcome.Verdict, Integer> theirs = new EnumMap<>(Outcome.Verdict.class);
    String group = "";
    int scenarios = 0;
    for (Scenario noisy : SessionStateTest.scenarios()) {
      Scenario scenario = noisy.amid(Set.of());
      if (!scenario.group().equals(group)) {
        group = scenario.group();
        rows.append("| **").append(HEADINGS.get(group)).append("** | | | |\n");
      }
      List<String> direct = stage.direct(scenario);
      Outcome.Verdict howdah = stage.pooled(scenario, PATIENCE_MILLIS).verdict(scenario, direct);
      Outcome.Verdict pgBouncer =
          stage.behindPgBouncer(scenario, PATIENCE_MILLIS).verdict(scenario, direct);
      ours.merge(howdah, 1, Integer::sum);
      theirs.merge(pgBouncer, 1, Integer::sum);
      rows.append(
          "| %s | yes | %s | %s |%n".formatted(scenario.title(), word(howdah), word(pgBouncer)));
      if (howdah == Outcome.Verdict.DIFFERENT) {
        notes.add("- *" + scenario.title() + "*: " + known.reasons().get(scenario.title()));
      }
      scenarios++;
    }
    return """
    %d scenarios. Howdah: %s. %s in transaction mode: %s.

    | scenario | direct | Howdah | PgBouncer, transaction mode |
    |---|---|---|---|
    %s
    %s
    """
        .formatted(scenarios, sum(ours), PgBouncer.version(), sum(theirs), rows, notes);
  }

  private static String word(Outcome.Verdict verdict) {
    return switch (verdict) {
      case SAME -> "yes";
      case REFUSED -> "refused";
      case HEALED -> "healed";
      case DIFFERENT -> "**no**";
    };
  }

  private static String sum(Map<Outcome.Verdict, Integer> counts) {
    StringJoiner words = new StringJoiner(", ");
    counts.forEach((verdict, count) ->
        words.add(
            count
                + switch (verdict) {
                  case SAME -> " the same";
                  case REFUSED -> " refused clearly";
                  case HEALED -> " healed";
                  case DIFFERENT -> " different";
                }));
    return words.toString();
  }

  private static Map<String, String> headings() {
    Map<String, String> headings = new LinkedHashMap<>();
    headings.put("settings", "Settings and roles");
    headings.put("rollback", "Settings in transactions");
    headings.put("startup", "Settings of the startup packet");
    headings.put("statements", "Prepared statements of the protocol");
    headings.put("sqlprepare", "PREPARE, EXECUTE, DEALLOCATE");
    headings.put("listen", "LISTEN and NOTIFY");
    headings.put("locks", "Advisory locks");
    headings.put("temporary", "Temporary objects and cursors");
    headings.put("sequences", "Sequences and random numbers");
    headings.put("discard", "DISCARD, RESET, LOAD");
    headings.put("databases", "Databases that come and go");
    headings.put("mixed", "Mixtures");
    return headings;
  }
}
