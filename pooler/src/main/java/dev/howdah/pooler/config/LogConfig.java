package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is logged, and where.
 *
 * @param file the log file; empty for standard error only
 * @param format how an event becomes a line
 * @param syslog the system's log; empty for none
 * @param connections log successful logins
 * @param disconnections log the end of connections with the reason
 * @param poolerErrors log errors that are sent to clients
 * @param stats log totals every {@code statsPeriod}
 * @param statsPeriod also the period of the averages in statistics
 * @param verbosity 0 to 3, as {@code -v} on the command line
 * @param minDurationMillis queries and transactions that take longer are logged; -1 for none
 */
public record LogConfig(
    Optional<Path> file,
    LogFormat format,
    Optional<SyslogConfig> syslog,
    boolean connections,
    boolean disconnections,
    boolean poolerErrors,
    boolean stats,
    Duration statsPeriod,
    int verbosity,
    int minDurationMillis) {

  public LogConfig {
    Checks.atLeast("stats_period", statsPeriod.toSeconds(), 1);
    Checks.atLeast("verbose", verbosity, 0);
    Checks.atLeast("log_min_duration", minDurationMillis, -1);
  }
}
