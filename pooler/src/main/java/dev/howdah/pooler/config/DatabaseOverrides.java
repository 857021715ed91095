package dev.howdah.pooler.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a {@code [databases]} entry sets differently; empty means that {@code [pgbouncer]} rules.
 */
public record DatabaseOverrides(
    Optional<PoolMode> poolMode,
    OptionalInt poolSize,
    OptionalInt minPoolSize,
    OptionalInt reservePoolSize,
    OptionalInt maxDbServers,
    OptionalInt maxDbClients,
    Optional<Duration> serverLifetime,
    Optional<Duration> queryWaitTimeout) {

  /** Nothing differs. */
  public static final DatabaseOverrides NONE =
      new DatabaseOverrides(
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty());
}
