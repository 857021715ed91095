package dev.howdah.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.howdah.cli.output.OutputOptions.Form;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class WatchOptionsTest {

  private final StringWriter text = new StringWriter();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Long> pauses = new ArrayList<>();

  @Test
  void without_the_option_there_is_one_report() throws Exception {
    watch(Terminal.NONE, Form.TABLE);

    assertThat(text.toString()).isEqualTo("count  1\n");
    assertThat(pauses).isEmpty();
  }

  @Test
  void two_seconds_pass_unless_told_otherwise() throws Exception {
    watch(Terminal.NONE, Form.TABLE, "--watch");
    watch(Terminal.NONE, Form.TABLE, "--watch=0.5");

    assertThat(pauses).containsExactly(2000L, 2000L, 500L, 500L);
  }

  @Test
  void scripts_get_one_line_of_json_or_one_document_of_yaml_each() throws Exception {
    watch(Terminal.NONE, Form.JSON, "-w");
    watch(Terminal.NONE, Form.YAML, "-w");

    assertThat(text.toString())
        .isEqualTo("{\"count\":1}\n{\"count\":2}\n---\ncount: 3\n---\ncount: 4\n");
  }

  @Test
  void a_terminal_is_written_over() throws Exception {
    watch(new Terminal(true, false), Form.TABLE, "-w");

    assertThat(text.toString())
        .startsWith("\u001b[H\u001b[Jpools ")
        .endsWith("\u001b[K\n\u001b[K\ncount  2\u001b[K\n\u001b[J");
  }

  @Test
  void what_stops_answering_is_asked_again() throws Exception {
    var options = parsed("-w");
    options.show(
        new Printer(new PrintWriter(text), Terminal.NONE, Form.JSON),
        "pools",
        () -> {
          if (asked.incrementAndGet() == 2) {
            throw new IOException("nobody answers on port 8432");
          }
          return new Report().fact("count", asked.get());
        },
        _ -> asked.get() < 3);

    assertThat(text.toString())
        .isEqualTo("{\"count\":1}\n{\"error\":\"nobody answers on port 8432\"}\n{\"count\":3}\n");
  }

  @Test
  void what_does_not_answer_at_first_is_a_failure() {
    var options = parsed("-w");
    var printer = new Printer(new PrintWriter(text), Terminal.NONE, Form.JSON);

    assertThatThrownBy(() ->
            options.show(
                printer,
                "pools",
                () -> {
                  throw new IOException("nobody answers");
                },
                _ -> true))
        .isInstanceOf(IOException.class);
  }

  private void watch(Terminal terminal, Form form, String... arguments) throws Exception {
    var ended = new AtomicInteger();
    parsed(arguments)
        .show(
            new Printer(new PrintWriter(text), terminal, form),
            "pools",
            () -> new Report().fact("count", asked.incrementAndGet()),
            millis -> {
              pauses.add(millis);
              return ended.incrementAndGet() < 2;
            });
  }

  @CommandLine.Command(name = "test")
  private static final class Holder {
    @CommandLine.Mixin private final WatchOptions watch = new WatchOptions();
  }

  private static WatchOptions parsed(String... arguments) {
    var holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.watch;
  }
}
