package dev.howdah.cli.command;

import dev.howdah.cli.check.Migration;
import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Listing;
import dev.howdah.cli.output.LogSetup;
import dev.howdah.cli.output.LogSetup.Verbosity;
import dev.howdah.cli.output.OutputOptions;
import dev.howdah.cli.output.Report;
import dev.howdah.cli.output.Terminal;
import dev.howdah.cli.output.Tone;
import dev.howdah.pooler.config.ConfigProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code howdah import}. */
@Command(
    name = "import",
    description =
        "Read PgBouncer's configuration, tell what changes, and make one for Howdah of it. FILE is not"
            + " touched; if nothing is listed as not supported, Howdah runs with it as it is.")
public final class ImportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Parameters(paramLabel = "FILE", description = "Such as /etc/pgbouncer/pgbouncer.ini.")
  private Path file;

  @Option(
      names = "--write",
      paramLabel = "NEW",
      description =
          "Write the new configuration there, where nothing may be yet, not to the screen.")
  private @Nullable Path target;

  @Override
  public Integer call() throws IOException {
    LogSetup.use(Verbosity.QUIET);
    if (!Files.isReadable(file)) {
      throw new CommandException(ExitCode.FAILURE, file + " cannot be read", null);
    }
    Migration migration = new Migration(file, System::getenv).run();
    PrintWriter out = spec.commandLine().getOut();
    Report report = report(migration);
    if (target != null) {
      write(migration.text());
    } else if (output.isForScripts()) {
      report.fact("configuration", migration.text());
    }
    output.printer(out, Terminal.ofStandardOutput()).print(report);
    if (target == null && !output.isForScripts()) {
      out.println();
      out.print(migration.text());
      out.flush();
    }
    return migration.left().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private Report report(Migration migration) {
    Listing removed =
        new Listing(
            Column.count("line"),
            Column.text("key").toned(_ -> Tone.WARNING),
            Column.text("reason"));
    for (ConfigProblem problem : migration.removed()) {
      removed.add(problem.line(), problem.key(), problem.message());
    }
    Listing different = new Listing(Column.text("key"), Column.text("what"));
    migration
        .differences()
        .forEach((key, words) -> different.add(key.isEmpty() ? "(all)" : key, words));
    Listing warnings = new Listing(Column.text("warning"));
    migration.warnings().forEach(warnings::add);
    Report report =
        new Report()
            .fact("file", file.toString())
            .fact("usable", migration.left().isEmpty())
            .listing("not_supported", removed)
            .listing("warnings", warnings)
            .listing("different", different);
    if (!migration.left().isEmpty()) {
      Listing left = new Listing(Column.text("problem").toned(_ -> Tone.BAD));
      migration.left().forEach(problem -> left.add(problem.toString()));
      report.listing("to_be_put_right", left);
    }
    return target == null
        ? report
        : report.note("Written to " + target + ". Try it: howdah check " + target);
  }

  private static FileAttribute<?> asOpenAs(Path source) throws IOException {
    return PosixFilePermissions.asFileAttribute(Files.getPosixFilePermissions(source));
  }

  private void write(String text) throws IOException {
    Path wanted = target;
    if (wanted != null) {
      try {
        Files.createFile(wanted, asOpenAs(file)); // there may be passwords in it
        Files.writeString(wanted, text);
      } catch (FileAlreadyExistsException e) {
        throw new CommandException(
            ExitCode.REFUSED, wanted + " exists", "Name another file, or move it away.");
      }
    }
  }
}
