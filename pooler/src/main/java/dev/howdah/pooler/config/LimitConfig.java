package dev.howdah.pooler.config;

/**
 * Limits across pools. Zero is no limit, except for {@code maxClients}.
 *
 * @param maxClients client connections in all, at least 1
 * @param maxDbServers server connections per database
 * @param maxDbClients client connections per database
 * @param maxUserServers server connections per user
 * @param maxUserClients client connections per user
 */
public record LimitConfig(
    int maxClients, int maxDbServers, int maxDbClients, int maxUserServers, int maxUserClients) {

  public LimitConfig {
    Checks.atLeast("max_client_conn", maxClients, 1);
    Checks.atLeast("max_db_connections", maxDbServers, 0);
    Checks.atLeast("max_db_client_connections", maxDbClients, 0);
    Checks.atLeast("max_user_connections", maxUserServers, 0);
    Checks.atLeast("max_user_client_connections", maxUserClients, 0);
  }
}
