package dev.howdah.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.output.Confirmation.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ConfirmationTest {

  private final StringWriter out = new StringWriter();

  @ParameterizedTest
  @CsvSource({"y, YES", "YES, YES", "n, NO", "'', NO", "maybe, NO"})
  void only_a_clear_yes_is_one(String typed, Answer answer) throws IOException {
    assertThat(ask(new Confirmation(), typed + "\n", true)).isEqualTo(answer);
    assertThat(out.toString()).isEqualTo("Switch over to pg2? [y/N] ");
  }

  @Test
  void the_end_of_input_is_a_no() throws IOException {
    assertThat(ask(new Confirmation(), "", true)).isEqualTo(Answer.NO);
  }

  @Test
  void without_a_terminal_nobody_is_asked() throws IOException {
    assertThat(ask(new Confirmation(), "y\n", false)).isEqualTo(Answer.NOBODY);
  }

  @Test
  void with_yes_nobody_needs_to_be_asked() throws IOException {
    var confirmation = new Confirmation();
    new CommandLine(new Holder(confirmation)).parseArgs("--yes");

    assertThat(ask(confirmation, "", false)).isEqualTo(Answer.YES);
    assertThat(out.toString()).isEmpty();
  }

  @CommandLine.Command(name = "test")
  private record Holder(@CommandLine.Mixin Confirmation confirmation) {}

  private Answer ask(Confirmation confirmation, String typed, boolean interactive)
      throws IOException {
    return confirmation.ask(
        "Switch over to pg2?",
        new PrintWriter(out),
        new BufferedReader(new StringReader(typed)),
        interactive);
  }
}
