package dev.howdah.cli.command;

import dev.howdah.cli.desk.DeskOptions;
import dev.howdah.cli.desk.PoolerDesk;
import dev.howdah.cli.desk.Row;
import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Listing;
import dev.howdah.cli.output.OutputOptions;
import dev.howdah.cli.output.Report;
import dev.howdah.cli.output.Terminal;
import dev.howdah.cli.output.WatchOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that lists what a running pooler shows under one topic. */
abstract class ShowCommand implements Callable<Integer> {
  private final String topic;

  @Spec private CommandSpec spec;
  @Mixin private DeskOptions desks;
  @Mixin private OutputOptions output;
  @Mixin private WatchOptions watch;

  @Option(
      names = {"-d", "--database"},
      paramLabel = "NAME",
      description = "Only this database.")
  private @Nullable String database;

  ShowCommand(String topic) {
    this.topic = topic;
  }

  /** The columns; those of the pooler under their own names. */
  abstract List<Column> columns();

  /** The value of a column: the pooler's, unless it is none of its columns. */
  @Nullable Object value(Row row, String column) {
    return row.value(column);
  }

  /** Whether to list a row. */
  boolean includes(Row row) {
    return true;
  }

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    try (PoolerDesk desk = desks.open()) {
      var printer = output.printer(spec.commandLine().getOut(), Terminal.ofStandardOutput());
      String title = "howdah " + spec.name() + ", " + desk.who();
      watch.show(printer, title, () -> report(desk));
    }
    return ExitCode.OK;
  }

  private Report report(PoolerDesk desk) throws IOException {
    Report report = Report.of(listing(desk.show(topic)));
    return watch.isWatching() ? report : report.note("(" + desk.who() + ")");
  }

  private Listing listing(List<Row> rows) {
    List<Column> columns = columns();
    Listing listing = new Listing(columns.toArray(Column[]::new));
    for (Row row : rows) {
      boolean wanted = database == null || database.equals(row.text("database"));
      if (wanted && includes(row)) {
        listing.add(columns.stream().map(column -> value(row, column.key())).toArray());
      }
    }
    return listing;
  }
}
