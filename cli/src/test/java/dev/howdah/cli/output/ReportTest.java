package dev.howdah.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.cli.output.OutputOptions.Form;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Golden output: scripts and people rely on every character of it. */
class ReportTest {

  @Test
  void a_table_has_headings_and_numbers_at_the_right() {
    assertThat(printed(Report.of(nodes()), Form.TABLE))
        .isEqualTo(
            """
            NODE  ROLE     CLIENTS     LAG  HEARD AGO  SERVES
            pg1   primary   12,345       -      40 ms  -
            pg2   replica        3  1.5 MB  2 min 5 s  yes
            """);
  }

  @Test
  void json_has_the_keys_of_the_columns_and_bare_numbers() {
    assertThat(printed(Report.of(nodes()), Form.JSON))
        .isEqualTo(
            """
            [
              {
                "node": "pg1",
                "role": "primary",
                "clients": 12345,
                "lag_bytes": null,
                "heard_ago_ms": 40,
                "serves": null
              },
              {
                "node": "pg2",
                "role": "replica",
                "clients": 3,
                "lag_bytes": 1572864,
                "heard_ago_ms": 125000,
                "serves": true
              }
            ]
            """);
  }

  @Test
  void facts_stand_above_listings_and_notes_below() {
    assertThat(printed(cluster(), Form.TABLE))
        .isEqualTo(
            """
            cluster         main
            write lease ms  2000

            members:
            NODE
            pg1

            history:
            (none)

            Automatic failover is paused.
            """);
  }

  @Test
  void yaml_says_the_same_as_json() {
    assertThat(printed(cluster(), Form.YAML))
        .isEqualTo(
            """
            cluster: main
            write_lease_ms: 2000
            members:
            - node: pg1
            history: []
            notes:
            - Automatic failover is paused.
            """);
    assertThat(printed(cluster(), Form.JSON))
        .isEqualTo(
            """
            {
              "cluster": "main",
              "write_lease_ms": 2000,
              "members": [
                {
                  "node": "pg1"
                }
              ],
              "history": [],
              "notes": [
                "Automatic failover is paused."
              ]
            }
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "yes, '\"yes\"'",
    "12, '\"12\"'",
    "'', '\"\"'",
    "a: b, '\"a: b\"'",
    "0/3000148, '\"0/3000148\"'",
    "/run/howdah, /run/howdah",
    "two words, two words",
    "# no, '\"# no\"'"
  })
  void yaml_quotes_what_could_be_read_as_something_else(String text, String expected) {
    assertThat(YamlText.of(Map.of("k", text))).isEqualTo("k: " + expected + "\n");
  }

  @Test
  void yaml_nests_lists_and_maps() {
    assertThat(YamlText.of(List.of(Map.of("a", List.of(1, List.of(2))), "b")))
        .isEqualTo("- a:\n  - 1\n  - - 2\n- b\n");
  }

  @Test
  void colours_do_not_move_columns() {
    var listing =
        new Listing(Column.text("state").toned(_ -> Tone.BAD), Column.count("n"))
            .add("down", 1)
            .add("up", 2);

    assertThat(listing.lines(true))
        .containsExactly(
            "\u001b[1mSTATE\u001b[0m  \u001b[1mN\u001b[0m",
            "\u001b[31mdown\u001b[0m   1",
            "\u001b[31mup\u001b[0m     2");
  }

  @Test
  void a_column_for_scripts_is_not_in_the_table() {
    var listing =
        new Listing(Column.text("a"), Column.text("b").forScripts(), Column.count("c"))
            .add("x", "y", 1);

    assertThat(listing.lines(false)).containsExactly("A  C", "x  1");
    assertThat(printed(Report.of(listing), Form.JSON)).contains("\"b\": \"y\"");
  }

  @Test
  void control_characters_of_others_do_not_reach_the_terminal() {
    var listing = new Listing(Column.text("application")).add("psql\u001b[2J");

    assertThat(listing.lines(false)).containsExactly("APPLICATION", "psql?[2J");
  }

  @Test
  void a_row_has_a_value_for_each_column() {
    var listing = new Listing(Column.text("a"), Column.text("b"));

    assertThatThrownBy(() -> listing.add("one")).hasMessage("1 values for 2 columns");
  }

  @ParameterizedTest
  @CsvSource({
    "xterm, '', true, true",
    "xterm, 1, true, false",
    "dumb, '', false, false",
  })
  void colours_need_a_terminal_that_knows_them_and_no_objection(
      String term, String noColor, boolean interactive, boolean colours) {
    var environment = Map.of("TERM", term, "NO_COLOR", noColor);

    assertThat(Terminal.of(true, environment)).isEqualTo(new Terminal(interactive, colours));
    assertThat(Terminal.of(false, environment)).isEqualTo(Terminal.NONE);
  }

  private static Listing nodes() {
    return new Listing(
            Column.text("node"),
            Column.text("role"),
            Column.count("clients"),
            Column.bytes("lag_bytes"),
            Column.millis("heard_ago_ms"),
            Column.flag("serves"))
        .add("pg1", "primary", 12_345, null, 40, null)
        .add("pg2", "replica", 3, 1_572_864L, 125_000, true);
  }

  private static Report cluster() {
    return new Report()
        .fact("cluster", "main")
        .fact("write_lease_ms", 2000)
        .listing("members", new Listing(Column.text("node")).add("pg1"))
        .listing("history", new Listing(Column.text("what")))
        .note("Automatic failover is paused.");
  }

  private static String printed(Report report, Form form) {
    var text = new StringWriter();
    new Printer(new PrintWriter(text), Terminal.NONE, form).print(report);
    return text.toString();
  }
}
