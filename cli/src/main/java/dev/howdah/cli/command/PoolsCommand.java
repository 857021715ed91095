package dev.howdah.cli.command;

import dev.howdah.cli.desk.PoolFigures;
import dev.howdah.cli.desk.Row;
import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Tone;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code howdah pools}. */
@Command(
    name = "pools",
    description = "List the pools of a running pooler: who has server connections, who waits.")
public final class PoolsCommand extends ShowCommand {
  private static final String CONSOLE = "pgbouncer";

  @Option(
      names = {"-a", "--all"},
      description = "The console's own pool, too.")
  private boolean all;

  /** Makes the command. */
  public PoolsCommand() {
    super("pools");
  }

  @Override
  List<Column> columns() {
    return List.of(
        Column.text("database"),
        Column.text("user"),
        Column.text("pool_mode").headed("MODE"),
        Column.count("sv_active").headed("IN USE"),
        Column.count("pool_size").headed("SIZE"),
        Column.count("servers"),
        Column.count("sv_idle").forScripts(),
        Column.count("sv_used").forScripts(),
        Column.count("sv_tested").forScripts(),
        Column.count("sv_login").headed("OPENING"),
        Column.count("cl_active").headed("CLIENTS"),
        Column.count("cl_waiting").headed("WAITING").toned(PoolsCommand::alarm),
        Column.micros("longest_wait_us").toned(PoolsCommand::alarm),
        Column.text("hold").toned(value -> value.equals("none") ? Tone.FAINT : Tone.WARNING));
  }

  private static Tone alarm(Object value) {
    return value instanceof Number number && number.longValue() > 0 ? Tone.WARNING : Tone.PLAIN;
  }

  @Override
  @Nullable Object value(Row row, String column) {
    return switch (column) {
      case "longest_wait_us" -> PoolFigures.longestWaitMicros(row);
      case "servers" -> PoolFigures.servers(row);
      default -> super.value(row, column);
    };
  }

  @Override
  boolean includes(Row row) {
    return all || !row.text("database").equals(CONSOLE);
  }
}
