package dev.howdah.cli.cluster;

import dev.howdah.cli.output.Column;
import dev.howdah.cli.output.Listing;
import dev.howdah.cli.output.Report;
import dev.howdah.failover.operate.ClusterView;
import dev.howdah.topology.HistoryEntry;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Every move of the primary that the cluster remembers. Pure. */
public final class HistoryReport {

  private HistoryReport() {}

  /** The last {@code count} of them, newest last. */
  public static Report of(ClusterView view, int count) {
    Listing listing =
        new Listing(
            Column.count("epoch"),
            Column.text("ended_at").headed("ENDED AT (UTC)"),
            Column.text("operation"),
            Column.text("from"),
            Column.text("to"),
            Column.count("timeline").headed("TL"),
            Column.text("fork_lsn"),
            Column.bytes("estimated_loss_bytes").headed("LOSS"),
            Column.millis("took_ms"),
            Column.text("phases").forScripts(),
            Column.text("by"),
            Column.text("reason"));
    List<HistoryEntry> all = view.history();
    for (HistoryEntry entry : all.subList(Math.max(0, all.size() - count), all.size())) {
      listing.add(
          entry.epoch().value(),
          Times.iso(entry.endedAtMillis()),
          entry.operation().kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          entry.operation().from().orElse(null),
          entry.to(),
          entry.timeline(),
          entry.forkLsn().toString(),
          entry.estimatedLossBytes(),
          entry.phaseMillis().isEmpty()
              ? null
              : entry.phaseMillis().values().stream().mapToLong(Long::longValue).sum(),
          entry.phaseMillis().entrySet().stream()
              .map(phase -> phase.getKey() + "=" + phase.getValue())
              .collect(Collectors.joining(" ")),
          entry.operation().by(),
          entry.operation().reason());
    }
    return Report.of(listing);
  }
}
