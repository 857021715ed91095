package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.cluster.ClusterOptions;
import dev.howdah.cli.output.Confirmation;
import dev.howdah.cli.output.LiveLine;
import dev.howdah.cli.output.OutputOptions;
import dev.howdah.cli.output.Printer;
import dev.howdah.cli.output.Report;
import dev.howdah.cli.output.Terminal;
import dev.howdah.cli.serve.LaunchException;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.operate.OperatorAnswer;
import dev.howdah.failover.record.UnreadableRecordException;
import dev.howdah.failover.store.StoreUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that reads or changes a cluster in etcd. */
abstract class ClusterCommand implements Callable<Integer> {

  static final Duration PATIENCE = Duration.ofSeconds(5);

  @Spec CommandSpec spec;
  @Mixin ClusterOptions cluster;
  @Mixin OutputOptions output;

  /** What it does; returns one of {@link ExitCode}. */
  abstract int run(ClusterLink link)
      throws StoreUnavailableException, IOException, InterruptedException;

  @Override
  public final Integer call() throws LaunchException, IOException, InterruptedException {
    try (ClusterLink link = cluster.open()) {
      return run(link);
    } catch (StoreUnavailableException e) {
      throw new CommandException(
          ExitCode.UNREACHABLE,
          String.valueOf(e.getMessage()),
          "Is a majority of etcd's members running, and are these their client URLs?");
    } catch (UnreadableRecordException e) {
      throw new CommandException(ExitCode.FAILURE, String.valueOf(e.getMessage()), null);
    }
  }

  static ClusterView view(ClusterLink link) throws StoreUnavailableException, InterruptedException {
    return link.view(PATIENCE, false);
  }

  Printer printer() {
    return output.printer(spec.commandLine().getOut(), Terminal.ofStandardOutput());
  }

  /** Prints {@code report}, and for people who was asked. */
  void print(Report report, ClusterLink link) {
    printer().print(output.isForScripts() ? report : report.note("(" + link.who() + ")"));
  }

  /** Ends the command unless the person agrees. */
  void confirm(Confirmation confirmation, String question) throws IOException {
    boolean person = LiveLine.isTerminal(0) && Terminal.ofStandardOutput().interactive();
    BufferedReader answers =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    switch (confirmation.ask(question, spec.commandLine().getOut(), answers, person)) {
      case YES -> {}
      case NO -> throw new CommandException(ExitCode.REFUSED, "left as it is", null);
      case NOBODY ->
          throw new CommandException(
              ExitCode.USAGE, "there is nobody to ask: " + question, "Say --yes to do it.");
    }
  }

  /** Ends the command if a change was not made. */
  static void require(OperatorAnswer answer) {
    switch (answer) {
      case OperatorAnswer.Written _ -> {}
      case OperatorAnswer.Refused(String reason) ->
          throw new CommandException(ExitCode.REFUSED, reason, null);
      case OperatorAnswer.Unsure(String reason) ->
          throw new CommandException(
              ExitCode.UNREACHABLE,
              "etcd did not say whether it was written: " + reason,
              "Look before you try again.");
    }
  }

  /** Who asks, for the audit. */
  static String operator() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost"; // a host without a name of its own
    }
    return System.getProperty("user.name") + "@" + host;
  }
}
