package dev.howdah.cli.output;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * One second of the demo.
 *
 * @param clients clients connected
 * @param servers server connections that PostgreSQL itself counts
 * @param waiting clients waiting for a server connection
 * @param transactionsPerSecond committed and acknowledged
 * @param waitPercentile 99 of 100 transactions had their first answer within this time
 * @param standbyLagBytes WAL that readers of the standby do not see yet; empty while unknown
 * @param errors since the start
 */
public record StatusLine(
    long clients,
    long servers,
    long waiting,
    long transactionsPerSecond,
    Duration waitPercentile,
    OptionalLong standbyLagBytes,
    long errors) {

  /** The line, without a line end; columns stay in place while numbers grow. */
  public String render() {
    String lag =
        standbyLagBytes.isPresent() ? Quantities.bytes(standbyLagBytes.getAsLong()) : "unknown";
    return String.format(
        Locale.ROOT,
        "clients %4d | servers %3d | waiting %4d | %6s tps | p99 wait %7s | standby lag %7s"
            + " | errors %d",
        clients,
        servers,
        waiting,
        Quantities.count(transactionsPerSecond),
        Quantities.wait(waitPercentile),
        lag,
        errors);
  }
}
