package dev.howdah.pooler.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.howdah.pooler.admin.Command.Order;
import dev.howdah.pooler.admin.Command.SetKey;
import dev.howdah.pooler.admin.Command.SetSession;
import dev.howdah.pooler.admin.Command.Show;
import dev.howdah.pooler.admin.Command.ShowSetting;
import dev.howdah.pooler.admin.Command.Transaction;
import dev.howdah.pooler.admin.Command.Verb;
import dev.howdah.wire.error.PoolerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandParserTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW POOLS",
        "show pools;",
        "  Show\tPools ; ",
        "SELECT pools",
        "-- how full?\nSHOW POOLS",
        "SHOW /* all */ POOLS;",
        "show \"pools\"",
        ";;SHOW POOLS;;"
      })
  void show_is_understood_however_it_is_written(String text) {
    assertThat(CommandParser.parse(text)).containsExactly(new Show(Topic.POOLS));
  }

  @Test
  void several_commands_stand_between_semicolons() {
    assertThat(CommandParser.parse("PAUSE erp; SHOW STATE; RESUME erp"))
        .containsExactly(
            new Order(Verb.PAUSE, "erp"), new Show(Topic.STATE), new Order(Verb.RESUME, "erp"));
  }

  @Test
  void nothing_is_no_command() {
    assertThat(CommandParser.parse("")).isEmpty();
    assertThat(CommandParser.parse(" ; -- nothing\n")).isEmpty();
  }

  @Test
  void names_keep_their_case_and_may_be_quoted() {
    assertThat(CommandParser.parse("pause Erp; pause \"a \"\"b;\"; kill my-db.1"))
        .containsExactly(
            new Order(Verb.PAUSE, "Erp"),
            new Order(Verb.PAUSE, "a \"b;"),
            new Order(Verb.KILL, "my-db.1"));
  }

  @Test
  void orders_without_a_name_concern_everything() {
    assertThat(CommandParser.parse("PAUSE;SUSPEND;RELOAD;SHUTDOWN wait_for_clients"))
        .containsExactly(
            new Order(Verb.PAUSE, ""),
            new Order(Verb.SUSPEND, ""),
            new Order(Verb.RELOAD, ""),
            new Order(Verb.SHUTDOWN, "wait_for_clients"));
  }

  @Test
  void set_takes_words_and_strings() {
    assertThat(
            CommandParser.parse("SET Log_Connections=0; set server_check_query to 'select ''2'''"))
        .containsExactly(
            new SetKey("log_connections", "0"), new SetKey("server_check_query", "select '2'"));
  }

  @Test
  void what_client_libraries_send_unasked_is_accepted() {
    assertThat(
            CommandParser.parse(
                "SET extra_float_digits = 3; SET SESSION client_encoding TO 'UTF8';"
                    + " SHOW transaction_isolation; BEGIN ISOLATION LEVEL READ COMMITTED; COMMIT"))
        .containsExactly(
            new SetSession("extra_float_digits"),
            new SetSession("client_encoding"),
            new ShowSetting("transaction_isolation", "read committed"),
            new Transaction("BEGIN"),
            new Transaction("COMMIT"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW",
        "SHOW NONSENSE",
        "SHOW POOLS erp",
        "DROP DATABASE erp",
        "PAUSE a b",
        "RELOAD now",
        "SET x",
        "SET x y z",
        "SET x = 'open",
        "'SHOW' POOLS",
        "SELECT 1"
      })
  void anything_else_is_an_invalid_command(String text) {
    PoolerException refusal =
        catchThrowableOfType(PoolerException.class, () -> CommandParser.parse(text));

    assertThat(refusal.fields().sqlState()).isEqualTo("42601");
    assertThat(refusal.fields().message())
        .startsWith("invalid command '")
        .endsWith("', use SHOW HELP;");
  }

  @Test
  void the_error_names_the_statement_that_is_wrong() {
    PoolerException refusal =
        catchThrowableOfType(
            PoolerException.class, () -> CommandParser.parse("SHOW POOLS; SHOW POLLS;"));

    assertThat(refusal.fields().message())
        .isEqualTo("invalid command 'SHOW POLLS', use SHOW HELP;");
  }
}
