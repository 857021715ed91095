package dev.howdah.cli.command;

import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Tone;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code howdah waits}. */
@Command(
    name = "waits",
    description = "List who waits for a server connection, and who holds those there are.")
public final class WaitsCommand extends ShowCommand {

  /** Makes the command. */
  public WaitsCommand() {
    super("waits");
  }

  @Override
  List<Column> columns() {
    return List.of(
        Column.text("database"),
        Column.text("pool_user").headed("USER"),
        Column.text("role").toned(WaitsCommand::tone),
        Column.micros("age_us").headed("FOR"),
        Column.count("id"),
        Column.text("user").headed("CLIENT"),
        Column.text("addr"),
        Column.text("port").forScripts(),
        Column.text("application_name").headed("APPLICATION"),
        Column.text("server_pid"),
        Column.text("state"),
        Column.text("statement"));
  }

  private static Tone tone(Object role) {
    return role.equals("waiter") ? Tone.WARNING : Tone.PLAIN;
  }
}
