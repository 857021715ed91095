package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.cluster.RequestWatch;
import dev.howdah.cli.cluster.Times;
import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Confirmation;
import dev.howdah.cli.output.Listing;
import dev.howdah.cli.output.ProgressLine;
import dev.howdah.cli.output.Report;
import dev.howdah.cli.output.Tone;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.PreflightCheck;
import dev.howdah.topology.RequestState;
import dev.howdah.topology.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks the controllers to move the primary, and waits for their answer. */
abstract class MoveCommand extends ClusterCommand {

  private static final int PHASES = 4;

  @Option(names = "--to", paramLabel = "NODE", description = "The node that shall become primary.")
  @Nullable String to;

  @Option(names = "--dry-run", description = "Only look whether it would be begun.")
  boolean dryRun;

  @Mixin private Confirmation confirmation;

  Optional<String> to() {
    return Optional.ofNullable(to);
  }

  /** Asks the person, then the controllers, and prints what came of it. */
  int move(ClusterLink link, OperatorRequest request)
      throws StoreUnavailableException, IOException, InterruptedException {
    Topology topology =
        view(link)
            .topology()
            .orElseThrow(() ->
                new CommandException(
                    ExitCode.FAILURE,
                    "the cluster is not described yet",
                    "howdah init -c FILE does that."));
    OperatorRequest asked = dryRun ? request.asDryRun() : request;
    boolean later = asked.isScheduledAfter(System.currentTimeMillis());
    if (!dryRun) {
      confirm(
          confirmation,
          "%s of cluster %s, where %s is primary in epoch %s%s: go on?"
              .formatted(
                  asked.sentence(),
                  link.cluster(),
                  topology.primary(),
                  topology.epoch(),
                  later ? ", at " + Times.local(asked.atMillis()) : ""));
    }
    require(link.desk().submit(asked));
    if (later) {
      print(
          new Report()
              .fact("request", asked.sentence())
              .fact("id", asked.id())
              .fact("at", Times.iso(asked.atMillis()), Times.local(asked.atMillis()))
              .note("howdah cancel takes it back."),
          link);
      return ExitCode.OK;
    }
    return await(link, asked);
  }

  private int await(ClusterLink link, OperatorRequest asked)
      throws StoreUnavailableException, InterruptedException {
    long begun = System.nanoTime();
    Optional<OperatorRequest> ended;
    try (ProgressLine progress = ProgressLine.start(dryRun ? 1 : PHASES)) {
      ended = new RequestWatch(link).await(asked.id(), progress);
    }
    if (ended.isEmpty()) {
      throw new CommandException(
          ExitCode.FAILURE,
          "another request has taken the place of this one, and its answer is gone",
          "howdah history shows what was done.");
    }
    OperatorRequest answer = ended.get();
    if (answer.state() == RequestState.WAITING) {
      link.desk().cancel(operator(), Optional.of(answer.id()));
      throw new CommandException(
          ExitCode.UNREACHABLE,
          "no controller leads, so nobody has begun it; it is taken back",
          "Start a process with controller = yes in [cluster].");
    }
    ClusterView view = view(link);
    long tookMillis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
    print(report(answer, view, tookMillis), link);
    return exitCode(answer, view);
  }

  private int exitCode(OperatorRequest answer, ClusterView view) {
    if (answer.state() == RequestState.DONE) {
      return ExitCode.OK;
    }
    boolean moved =
        view.topology()
            .filter(at -> at.operation().id().equals(answer.id()))
            .filter(at -> at.operation().candidate().filter(at.primary()::equals).isPresent())
            .isPresent();
    return moved ? ExitCode.FAILURE : ExitCode.REFUSED;
  }

  private Report report(OperatorRequest answer, ClusterView view, long tookMillis) {
    Report report =
        new Report()
            .fact("request", answer.sentence())
            .fact("result", answer.state().name().toLowerCase(Locale.ROOT))
            .fact("outcome", answer.outcome())
            .fact("primary", view.topology().map(Topology::primary).orElse(null))
            .fact("epoch", view.topology().map(at -> at.epoch().value()).orElse(null))
            .fact("took_ms", tookMillis, "%.1f s".formatted(tookMillis / 1e3));
    boolean good = answer.state() == RequestState.DONE && !dryRun;
    if (!answer.checks().isEmpty() && (!good || output.isForScripts())) {
      report.listing("checks", checks(answer));
    }
    return report;
  }

  private static Listing checks(OperatorRequest answer) {
    Listing listing =
        new Listing(
            Column.text("check"),
            Column.text("result")
                .toned(result ->
                    switch (result.toString()) {
                      case "passed" -> Tone.GOOD;
                      case "noted" -> Tone.WARNING;
                      default -> Tone.BAD;
                    }),
            Column.text("detail"));
    for (PreflightCheck check : answer.checks()) {
      listing.add(check.name(), check.result().name().toLowerCase(Locale.ROOT), check.detail());
    }
    return listing;
  }
}
