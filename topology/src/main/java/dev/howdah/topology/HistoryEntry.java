package dev.howdah.topology;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The audit of one epoch, written once.
 *
 * @param epoch that began with it
 * @param operation what was done, why and by whom
 * @param to the primary after it
 * @param timeline that it writes
 * @param forkLsn where that timeline began
 * @param estimatedLossBytes WAL of the old primary that was seen and is missing on the new one
 * @param endedAtMillis wall clock of the controller, for people
 * @param phaseMillis how long each phase took, in order; empty when another controller than the one
 *     that began finished it
 */
public record HistoryEntry(
    Epoch epoch,
    Operation operation,
    String to,
    int timeline,
    Lsn forkLsn,
    long estimatedLossBytes,
    long endedAtMillis,
    Map<String, Long> phaseMillis) {

  public HistoryEntry {
    phaseMillis = Collections.unmodifiableMap(new LinkedHashMap<>(phaseMillis));
  }
}
