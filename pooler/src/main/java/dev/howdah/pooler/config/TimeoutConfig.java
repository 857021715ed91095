package dev.howdah.pooler.config;

import java.time.Duration;

/**
 * How long things may take. Zero is no limit, everywhere.
 *
 * @param queryWait a client waiting for a server connection
 * @param queryWaitNotify when to tell a waiting client so; zero never does
 * @param query a query running
 * @param transaction a transaction open
 * @param idleTransaction a transaction open without a query running
 * @param clientIdle a client doing nothing outside a transaction
 * @param clientLogin a client logging in
 * @param cancelWait a cancel request waiting to be forwarded
 */
public record TimeoutConfig(
    Duration queryWait,
    Duration queryWaitNotify,
    Duration query,
    Duration transaction,
    Duration idleTransaction,
    Duration clientIdle,
    Duration clientLogin,
    Duration cancelWait) {

  public TimeoutConfig {
    Checks.notNegative("query_wait_timeout", queryWait);
    Checks.notNegative("query_wait_notify", queryWaitNotify);
    Checks.notNegative("query_timeout", query);
    Checks.notNegative("transaction_timeout", transaction);
    Checks.notNegative("idle_transaction_timeout", idleTransaction);
    Checks.notNegative("client_idle_timeout", clientIdle);
    Checks.notNegative("client_login_timeout", clientLogin);
    Checks.notNegative("cancel_wait_timeout", cancelWait);
  }
}
