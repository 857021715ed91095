package dev.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.howdah.cli.serve.DirectConnections;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Commands that read files and ask nobody. */
class FileCommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private @TempDir Path folder;

  private CommandLine line() {
    var stop = new StopSignal();
    stop.finish(ExitCode.OK);
    return HowdahCommand.commandLine(new DirectConnections(), stop)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(errors, true));
  }

  private int howdah(String... arguments) {
    return line().execute(arguments);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("a.ini"), text).toString();
  }

  @Test
  void check_adds_up_a_good_file() throws Exception {
    String file =
        file(
            "[databases]\nerp = host=db1 pool_size=40\n[pgbouncer]\nlisten_addr = *\nauth_type = trust\nauth_file = /dev/null\n");

    assertThat(howdah("check", file, "--poolers", "2")).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .isEqualTo(
            """
            files  %s
            good   yes

            SERVER    DATABASES  POOLS  MOST CONNECTIONS  MAX CONNECTIONS  FOR POOLERS  VERSION  VERDICT
            db1:5432          1      2                80                -            -  -        not asked

            Counted for 2 poolers, 1 user per database whose entry names none, 1 database behind *.
            """
                .formatted(file));
  }

  @Test
  void check_names_every_problem_and_ends_with_1() throws Exception {
    String file = file("[pgbouncer]\nlisten_addr = *\npool_mode = never\nmax_client_con = 5\n");

    assertThat(howdah("check", file)).isEqualTo(ExitCode.FAILURE);

    assertThat(out.toString())
        .contains("a.ini:3: pool_mode = never: is unknown")
        .contains("did you mean max_client_conn?");
  }

  @Test
  void check_with_connect_says_what_became_of_it() throws Exception {
    String file =
        file("[databases]\nerp = host=127.0.0.1 port=1 user=u\n[pgbouncer]\nlisten_addr = *\n");

    assertThat(howdah("check", file, "--connect", "-o", "json")).isEqualTo(ExitCode.FAILURE);

    assertThat(out.toString()).contains("\"good\": false", "Connection to 127.0.0.1:1 refused");
  }

  @Test
  void import_writes_a_file_that_check_finds_good_and_never_over_another() throws Exception {
    String file =
        file("[databases]\nerp = host=db1\n[pgbouncer]\nlisten_addr = *\nresolv_conf = /x\n");
    String target = folder.resolve("howdah.ini").toString();
    var permissions = PosixFilePermissions.fromString("rw-r-----");
    Files.setPosixFilePermissions(Path.of(file), permissions);

    assertThat(howdah("import", file, "--write", target)).isEqualTo(ExitCode.OK);
    assertThat(Files.getPosixFilePermissions(Path.of(target))).isEqualTo(permissions);
    assertThat(out.toString()).contains("resolv_conf", "Written to " + target);
    assertThat(howdah("check", target)).isEqualTo(ExitCode.OK);
    assertThat(howdah("import", file, "--write", target)).isEqualTo(ExitCode.REFUSED);
    assertThat(errors.toString()).contains(target + " exists");
  }

  @Test
  void import_without_a_target_prints_the_new_file_below_the_report() throws Exception {
    String file = file("[databases]\nerp = host=db1\n[pgbouncer]\nlisten_addr = *\n");

    assertThat(howdah("import", file)).isEqualTo(ExitCode.OK);

    assertThat(out.toString()).startsWith("file    " + file).endsWith("listen = 127.0.0.1:8432\n");
  }

  @Test
  void import_of_what_is_not_there_says_so() {
    assertThat(howdah("import", "/nowhere/pgbouncer.ini")).isEqualTo(ExitCode.FAILURE);

    assertThat(errors.toString()).isEqualTo("howdah: /nowhere/pgbouncer.ini cannot be read\n");
  }

  @Test
  void completion_for_bash_is_a_script_bash_understands() throws Exception {
    assertThat(howdah("completion", "bash")).isEqualTo(ExitCode.OK);

    Path script = Files.writeString(folder.resolve("completion"), out.toString());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source \"$0\" && COMP_WORDS=(howdah po) COMP_CWORD=1 && _complete_howdah"
                    + " && echo \"${COMPREPLY[@]}\"",
                script.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(said.strip()).isEqualTo("pools");
  }

  @Test
  void completion_for_fish_has_a_line_for_each_command_and_option() {
    assertThat(howdah("completion", "fish")).isEqualTo(ExitCode.OK);

    assertThat(out.toString())
        .contains("-f -a pools -d 'List the pools")
        .contains("'__fish_seen_subcommand_from pools' -s o -l output -r -f -a 'table json yaml'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pools",
        "clients",
        "servers",
        "waits",
        "pins",
        "top",
        "reload",
        "check",
        "import",
        "completion",
        "version",
        "serve",
        "demo"
      })
  void every_command_has_help(String command) {
    assertThat(howdah(command, "--help")).isEqualTo(ExitCode.OK);

    assertThat(out.toString()).startsWith("Usage: howdah " + command).contains("-h, --help");
  }
}
