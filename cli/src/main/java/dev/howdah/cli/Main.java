package dev.howdah.cli;

import dev.howdah.cli.command.ExitCode;
import dev.howdah.cli.command.HowdahCommand;
import dev.howdah.cli.command.ServeCommand;
import dev.howdah.cli.command.StopSignal;
import dev.howdah.cli.command.Version;
import dev.howdah.cli.serve.HowdahPooler;
import dev.howdah.cli.serve.PoolerLauncher;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Optional;

/** The entry point of {@code howdah}. */
public final class Main {

  /** The pooler that {@code serve} and {@code demo} start; the only place that names it. */
  private static final PoolerLauncher POOLER = new HowdahPooler();

  /** Set by {@code ./howdah} when it makes the JVM learn which classes will be needed. */
  private static final String TRAINING_PROPERTY = "howdah.training";

  private Main() {}

  /** Runs one command and ends the JVM with its exit code, see {@link ExitCode}. */
  public static void main(String[] arguments) throws Exception {
    StopSignal stop = new StopSignal();
    int code = ExitCode.FAILURE;
    try {
      code = run(arguments, stop);
      if (Boolean.getBoolean(TRAINING_PROPERTY)) {
        rehearse(stop);
      }
    } finally {
      stop.finish(code);
    }
    System.exit(code);
  }

  /** Loads what commands need that ask etcd, by asking one that does not exist. */
  private static void rehearse(StopSignal stop) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    HowdahCommand.commandLine(POOLER, stop)
        .setOut(nowhere)
        .setErr(nowhere)
        .execute("status", "--etcd", "http://127.0.0.1:1");
  }

  /** Two commands go without picocli, whose model takes longer to build than they take to run. */
  private static int run(String[] arguments, StopSignal stop) throws Exception {
    String command = arguments.length == 0 ? "" : arguments[0];
    if (arguments.length == 1 && (command.equals("version") || command.equals("--version"))) {
      System.out.println(Version.line());
      return ExitCode.OK;
    }
    if (command.equals("serve")) {
      Optional<ServeCommand> serve = ServeCommand.plain(arguments, POOLER, stop);
      if (serve.isPresent()) {
        return serve.get().call();
      }
    }
    String[] ordered = configBehindCommand(arguments);
    String first = ordered.length == 0 ? "" : ordered[0];
    return HowdahCommand.commandLine(POOLER, stop, first).execute(ordered);
  }

  /** {@code howdah -c FILE pools} is {@code howdah pools -c FILE}: every command knows its own. */
  static String[] configBehindCommand(String[] arguments) {
    boolean before =
        arguments.length > 2 && (arguments[0].equals("-c") || arguments[0].equals("--config"));
    if (!before) {
      return arguments;
    }
    String[] moved = arguments.clone();
    moved[0] = arguments[2];
    moved[1] = arguments[0];
    moved[2] = arguments[1];
    return moved;
  }
}
