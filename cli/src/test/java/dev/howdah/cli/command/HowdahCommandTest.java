package dev.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.serve.DirectConnections;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.cli.serve.PoolerLauncher;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HowdahCommandTest {

  private static final PoolerLauncher LAUNCHER = new DirectConnections();

  private final StringWriter errors = new StringWriter();

  @Test
  void a_wrong_call_ends_with_2_and_says_what_is_wrong() {
    assertThat(execute(LAUNCHER, "demo", "--servers", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(errors.toString()).contains("--servers 0 is not between 1 and 200");
    assertThat(execute(LAUNCHER, "ride")).isEqualTo(ExitCode.USAGE);
    assertThat(execute(LAUNCHER)).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void a_pooler_that_cannot_start_ends_with_1() {
    PoolerLauncher refusing =
        _ -> {
          throw new LaunchException("port 6432 is taken");
        };

    int code = execute(refusing, "serve", "howdah.ini");

    assertThat(code).isEqualTo(ExitCode.FAILURE);
  }

  @Test
  void serve_with_a_file_needs_no_option_parser() {
    assertThat(plain("serve", "-q", "etc/howdah.ini"))
        .hasValueSatisfying(command -> {
          assertThat(command.file()).isEqualTo(Path.of("etc/howdah.ini"));
          assertThat(command.isQuiet()).isTrue();
        });
    assertThat(plain("serve", "etc/howdah.ini", "--verbose"))
        .hasValueSatisfying(
            command -> assertThat(command.verbosity()).isEqualTo(Verbosity.VERBOSE));
  }

  @Test
  void anything_unusual_after_serve_is_left_to_the_option_parser() {
    assertThat(plain("serve")).isEmpty();
    assertThat(plain("serve", "--help")).isEmpty();
    assertThat(plain("serve", "one.ini", "two.ini")).isEmpty();
    assertThat(plain("serve", "-x", "one.ini")).isEmpty();
  }

  @Test
  void a_call_looks_at_no_more_commands_than_it_needs() {
    assertThat(commandsOf("pools")).containsExactly("pools");
    assertThat(commandsOf("completion")).contains("pools", "serve");
    assertThat(commandsOf("--help")).containsExactlyElementsOf(commandsOf(""));
  }

  @Test
  void every_command_is_known_by_its_own_name() {
    for (String name : commandsOf("")) {
      assertThat(commandsOf(name)).contains(name);
    }
  }

  private static Set<String> commandsOf(String first) {
    var stop = new StopSignal();
    stop.finish(ExitCode.OK);
    return HowdahCommand.commandLine(LAUNCHER, stop, first).getSubcommands().keySet();
  }

  private static Optional<ServeCommand> plain(String... arguments) {
    return ServeCommand.plain(arguments, LAUNCHER, new StopSignal());
  }

  private int execute(PoolerLauncher launcher, String... arguments) {
    var stop = new StopSignal();
    stop.finish(ExitCode.OK); // so that the test's JVM ends without waiting for a command
    return HowdahCommand.commandLine(launcher, stop)
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }
}
