package dev.howdah.pooler.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What a {@code [users]} entry sets; empty means that database or {@code [pgbouncer]} rules. */
public record UserConfig(
    Optional<PoolMode> poolMode,
    OptionalInt poolSize,
    OptionalInt reservePoolSize,
    OptionalInt maxUserServers,
    OptionalInt maxUserClients,
    Optional<Duration> queryTimeout,
    Optional<Duration> queryWaitTimeout,
    Optional<Duration> transactionTimeout,
    Optional<Duration> idleTransactionTimeout,
    Optional<Duration> clientIdleTimeout,
    Optional<Target> target) {

  /** A user without an entry. */
  public static final UserConfig NONE =
      new UserConfig(
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
}
