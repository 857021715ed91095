package dev.howdah.cli.command;

import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Tone;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code howdah pins}. */
@Command(
    name = "pins",
    description = "List the clients that keep a server connection between transactions, and why.")
public final class PinsCommand extends ShowCommand {

  /** Makes the command. */
  public PinsCommand() {
    super("pins");
  }

  @Override
  List<Column> columns() {
    return List.of(
        Column.count("id"),
        Column.text("database"),
        Column.text("user"),
        Column.text("pool_user").forScripts(),
        Column.text("addr"),
        Column.text("port").forScripts(),
        Column.text("application_name").headed("APPLICATION"),
        Column.text("server_pid"),
        Column.text("reasons").toned(_ -> Tone.WARNING),
        Column.micros("age_us").headed("FOR"),
        Column.text("since").forScripts(),
        Column.text("state"),
        Column.text("statement"));
  }
}
