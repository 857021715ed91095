package dev.howdah.cli.demo;

import dev.howdah.cli.output.Quantities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the demo ended with.
 *
 * @param clients how many were asked for
 * @param elapsed from the first client to the last order
 * @param acknowledged transactions whose COMMIT succeeded for a client
 * @param inDoubt transactions that broke during COMMIT, which may or may not be there
 * @param errors all that went wrong for a client
 * @param firstError what it said
 * @param serverConnectionsMax the most PostgreSQL saw at once
 * @param primary the books on the primary
 * @param standby the books on the standby; empty when it did not catch up in time
 */
record DemoResult(
    int clients,
    Duration elapsed,
    long acknowledged,
    long inDoubt,
    long errors,
    Optional<String> firstError,
    long serverConnectionsMax,
    Shop.Books primary,
    Optional<Shop.Books> standby) {

  /** What is wrong, in sentences; empty when every acknowledged order is where it belongs. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (acknowledged == 0 && elapsed.toSeconds() >= 1) {
      faults.add("not one order was acknowledged");
    }
    if (primary.orders() < acknowledged || primary.orders() > acknowledged + inDoubt) {
      faults.add(
          "the primary has "
              + Quantities.count(primary.orders())
              + " orders, clients were told of "
              + Quantities.count(acknowledged)
              + doubt());
    }
    if (primary.orders() != primary.sold()) {
      faults.add(
          "the shelves lack "
              + Quantities.count(primary.sold())
              + " products, the order book has "
              + Quantities.count(primary.orders()));
    }
    if (standby.isEmpty()) {
      faults.add("the standby did not catch up");
    } else if (!standby.get().equals(primary)) {
      faults.add("primary and standby differ: " + primary + ", " + standby.get());
    }
    return faults;
  }

  /** The summary for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    double seconds = Math.max(1e-3, elapsed.toNanos() / 1e9);
    lines.add(
        Quantities.count(acknowledged)
            + " transactions, "
            + Quantities.count(Math.round(acknowledged / seconds))
            + " per second, from "
            + Quantities.count(clients)
            + " clients over at most "
            + serverConnectionsMax
            + " server connections, "
            + Quantities.count(errors)
            + " errors");
    firstError.ifPresent(error -> lines.add("the first error: " + error.strip()));
    List<String> faults = faults();
    if (faults.isEmpty()) {
      lines.add(
          "checked: "
              + Quantities.count(primary.orders())
              + " orders on the primary and on the standby, "
              + Quantities.count(acknowledged)
              + " acknowledged to clients"
              + doubt());
    }
    faults.forEach(fault -> lines.add("WRONG: " + fault));
    return lines;
  }

  private String doubt() {
    return inDoubt == 0 ? "" : " and " + Quantities.count(inDoubt) + " of unknown outcome";
  }
}
