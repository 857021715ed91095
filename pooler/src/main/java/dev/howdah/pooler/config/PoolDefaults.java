package dev.howdah.pooler.config;

import java.time.Duration;

/**
 * What holds for a pool unless its database or user says otherwise; a pool belongs to one database
 * and one user.
 *
 * @param mode when a server connection goes back
 * @param size most server connections
 * @param minSize server connections to keep open
 * @param reserveSize further server connections once a client waited {@code reserveTimeout}
 * @param reserveTimeout zero never uses the reserve
 * @param autodbIdleTimeout when to forget a database that came from the {@code *} entry
 * @param linkSessionsAtLogin in session pooling, check a server connection out during login already
 * @param sessionState whether session state follows its client in transaction pooling
 * @param pinIdleTimeout how long a client may be idle on a server connection that it keeps for its
 *     session state; zero is for ever
 * @param lazyBegin whether BEGIN is answered here and sent with the first statement
 * @param listenWakeup whether clients that listen get an empty notification when some may have been
 *     missed
 * @param sessionAdvice whether texts in session pooling are read for SHOW ADVICE
 */
public record PoolDefaults(
    PoolMode mode,
    int size,
    int minSize,
    int reserveSize,
    Duration reserveTimeout,
    Duration autodbIdleTimeout,
    boolean linkSessionsAtLogin,
    SessionState sessionState,
    Duration pinIdleTimeout,
    boolean lazyBegin,
    boolean listenWakeup,
    boolean sessionAdvice) {

  public PoolDefaults {
    Checks.atLeast("default_pool_size", size, 1);
    Checks.atLeast("min_pool_size", minSize, 0);
    Checks.atLeast("reserve_pool_size", reserveSize, 0);
    Checks.notNegative("reserve_pool_timeout", reserveTimeout);
    Checks.notNegative("autodb_idle_timeout", autodbIdleTimeout);
    Checks.notNegative("pin_idle_timeout", pinIdleTimeout);
  }
}
