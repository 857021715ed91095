package dev.howdah.cli.command;

import dev.howdah.cli.cluster.ClusterLink;
import dev.howdah.cli.cluster.Times;
import dev.howdah.failover.store.StoreUnavailableException;
import dev.howdah.topology.OperatorRequest;
import dev.howdah.topology.UnmovablePolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code howdah switchover}. */
@Command(
    name = "switchover",
    description = {
      "Move the primary to another node, with both alive: clients wait a moment, and nothing is lost.",
      "If anything is in the way it is not begun, or given up, and the old primary serves on."
    })
public final class SwitchoverCommand extends MoveCommand {

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "Not before: 03:30, 2026-11-23T03:30, the same with an offset, or +30m. howdah cancel takes"
              + " it back.")
  private @Nullable String at;

  @Option(
      names = "--drain-timeout",
      paramLabel = "TIME",
      description =
          "How long running transactions may take to end, such as 10s; if they do not, the switchover"
              + " is given up. (5s)")
  private String drainTimeout = "5s";

  @Option(
      names = "--unmovable",
      paramLabel = "WHAT",
      description =
          "What to do about sessions that cannot be moved, for a temporary table, say: wait for them"
              + " (the default), close them, or refuse to begin.")
  private UnmovablePolicy unmovable = UnmovablePolicy.WAIT;

  @Override
  int run(ClusterLink link) throws StoreUnavailableException, IOException, InterruptedException {
    long now = System.currentTimeMillis();
    Duration drain =
        Times.length(drainTimeout)
            .orElseThrow(() ->
                new CommandException(
                    ExitCode.USAGE,
                    "--drain-timeout is " + drainTimeout + ", not a time like 5s",
                    null));
    OperatorRequest request =
        OperatorRequest.switchover(UUID.randomUUID().toString(), to(), operator(), now)
            .draining(drain.toMillis(), unmovable);
    return move(link, at == null ? request : request.at(moment(at).toEpochMilli()));
  }

  private static Instant moment(String text) {
    ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
    Instant moment =
        Times.moment(text, now)
            .orElseThrow(() ->
                new CommandException(
                    ExitCode.USAGE,
                    "--at is " + text + ", not a moment",
                    "Write 03:30, 2026-11-23T03:30, or +30m."));
    if (moment.isBefore(now.toInstant())) {
      throw new CommandException(ExitCode.USAGE, "--at " + text + " is in the past", null);
    }
    return moment;
  }
}
