package dev.howdah.cli.command;

import dev.howdah.cli.desk.Row;
import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code howdah clients}. */
@Command(name = "clients", description = "List the clients of a running pooler.")
public final class ClientsCommand extends ShowCommand {

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only those in this state, such as waiting.")
  private @Nullable String state;

  /** Makes the command. */
  public ClientsCommand() {
    super("clients");
  }

  @Override
  List<Column> columns() {
    return List.of(
        Column.count("id"),
        Column.text("database"),
        Column.text("user"),
        Column.text("state").toned(ClientsCommand::tone),
        Column.text("addr"),
        Column.text("port").forScripts(),
        Column.text("application_name").headed("APPLICATION"),
        Column.text("connect_time").headed("CONNECTED"),
        Column.text("request_time").headed("LATEST QUERY"),
        Column.text("wait").forScripts(),
        Column.text("wait_us").forScripts(),
        Column.text("server_pid"),
        Column.text("pool_user").forScripts(),
        Column.text("pin"),
        Column.text("tls").forScripts(),
        Column.text("link").forScripts());
  }

  private static Tone tone(Object state) {
    return state.equals("waiting") ? Tone.WARNING : Tone.PLAIN;
  }

  @Override
  boolean includes(Row row) {
    return state == null || state.equals(row.text("state"));
  }
}
