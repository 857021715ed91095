package dev.howdah.pooler.config;

import java.time.Duration;

/**
 * What holds for one client's user in one database, after user, database and {@code [pgbouncer]}
 * were merged. Zero is no limit for every limit and timeout, except {@code serverLifetime}, where
 * it means that a connection is used once.
 *
 * @param poolMode when a server connection goes back
 * @param poolSize most server connections of the pool, at least 1
 * @param minPoolSize connections to keep open, at most {@code poolSize}
 * @param reservePoolSize connections on top, for clients that waited {@code reservePoolTimeout}
 * @param reservePoolTimeout zero never uses the reserve
 * @param maxDbServers server connections of the database, all users together
 * @param maxDbClients client connections of the database
 * @param maxUserServers server connections of the pool's user, all databases together
 * @param maxUserClients client connections of the client's user
 * @param serverLifetime close older unlinked connections
 * @param queryWaitTimeout a client waiting for a server connection
 * @param queryTimeout a query running
 * @param transactionTimeout a transaction open
 * @param idleTransactionTimeout a transaction open without a query running
 * @param clientIdleTimeout a client doing nothing
 */
public record PoolSettings(
    PoolMode poolMode,
    int poolSize,
    int minPoolSize,
    int reservePoolSize,
    Duration reservePoolTimeout,
    int maxDbServers,
    int maxDbClients,
    int maxUserServers,
    int maxUserClients,
    Duration serverLifetime,
    Duration queryWaitTimeout,
    Duration queryTimeout,
    Duration transactionTimeout,
    Duration idleTransactionTimeout,
    Duration clientIdleTimeout) {

  private static final int LOOK_UP_POOL_SIZE_MAX = 4;

  /**
   * The same for a pool that runs {@code auth_query} only: a few connections are enough, and names
   * that strangers make up must not take more.
   */
  public PoolSettings forLookUps() {
    return new PoolSettings(
        PoolMode.TRANSACTION,
        Math.min(poolSize, LOOK_UP_POOL_SIZE_MAX),
        0,
        0,
        Duration.ZERO,
        maxDbServers,
        maxDbClients,
        maxUserServers,
        maxUserClients,
        serverLifetime,
        queryWaitTimeout,
        queryTimeout,
        transactionTimeout,
        idleTransactionTimeout,
        clientIdleTimeout);
  }
}
