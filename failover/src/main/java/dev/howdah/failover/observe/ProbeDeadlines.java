package dev.howdah.failover.observe;

import java.time.Duration;

/**
 * How long a probe may wait.
 *
 * @param connect for the connection and the log-in together
 * @param query for each answer of the server
 */
public record ProbeDeadlines(Duration connect, Duration query) {

  public ProbeDeadlines {
    requirePositive(connect, "connect");
    requirePositive(query, "query");
  }

  private static void requirePositive(Duration deadline, String name) {
    if (deadline.toMillis() < 1) {
      throw new IllegalArgumentException(
          "the " + name + " deadline must be at least 1 ms, not " + deadline);
    }
  }
}
