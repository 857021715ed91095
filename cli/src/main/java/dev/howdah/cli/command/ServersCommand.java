package dev.howdah.cli.command;

import dev.howdah.cli.desk.Row;
import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code howdah servers}. */
@Command(name = "servers", description = "List the server connections of a running pooler.")
public final class ServersCommand extends ShowCommand {

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only those in this state, such as idle.")
  private @Nullable String state;

  /** Makes the command. */
  public ServersCommand() {
    super("servers");
  }

  @Override
  List<Column> columns() {
    return List.of(
        Column.text("database"),
        Column.text("user"),
        Column.text("state"),
        Column.text("addr"),
        Column.text("port"),
        Column.text("remote_pid").headed("PID"),
        Column.text("transaction").toned(ServersCommand::tone),
        Column.text("application_name").headed("APPLICATION"),
        Column.text("connect_time").headed("CONNECTED"),
        Column.text("request_time").forScripts(),
        Column.text("close_needed").forScripts(),
        Column.text("close_reason"),
        Column.text("pin"),
        Column.text("tls").forScripts(),
        Column.count("id").forScripts(),
        Column.text("link").forScripts());
  }

  private static Tone tone(Object transaction) {
    return transaction.toString().startsWith("idle in") ? Tone.WARNING : Tone.PLAIN;
  }

  @Override
  boolean includes(Row row) {
    return state == null || state.equals(row.text("state"));
  }
}
