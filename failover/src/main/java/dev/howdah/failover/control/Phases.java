package dev.howdah.failover.control;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long each phase of the last operation took that this controller drove. One thread. */
final class Phases {

  private final Map<String, Long> millis = new LinkedHashMap<>();
  private String operation = "";

  /** A phase of {@code operationId} has ended; those of an earlier operation are forgotten. */
  void ended(String operationId, String phase, long fromNanos, long toNanos) {
    if (!operation.equals(operationId)) {
      operation = operationId;
      millis.clear();
    }
    millis.put(phase, TimeUnit.NANOSECONDS.toMillis(toNanos - fromNanos));
  }

  /** In order; empty for an operation that another controller drove. */
  Map<String, Long> of(String operationId) {
    return operation.equals(operationId) ? millis : Map.of();
  }
}
