package dev.howdah.pooler.config;

import java.time.Duration;

/**
 * How server connections are opened, checked, cleaned and retired.
 *
 * @param roundRobin take the connection unused for longest instead of the one used last
 * @param lifetime close an unlinked connection that is older; zero uses each connection only once
 * @param idleTimeout close a connection unused for longer; zero never does
 * @param connectTimeout for connect and login together; zero is no limit
 * @param loginRetry pause after a failed connect or login
 * @param checkQuery sent before a connection unused for {@code checkDelay} is handed out; empty for
 *     no check, {@link #EMPTY_QUERY} for the empty query
 * @param checkDelay zero checks always
 * @param resetQuery sent when a session ends; empty for none
 * @param resetQueryAlways send it in every pool mode
 */
public record ServerConfig(
    boolean roundRobin,
    Duration lifetime,
    Duration idleTimeout,
    Duration connectTimeout,
    Duration loginRetry,
    String checkQuery,
    Duration checkDelay,
    String resetQuery,
    boolean resetQueryAlways) {

  /** The value of {@code checkQuery} that means the empty query. */
  public static final String EMPTY_QUERY = "<empty>";

  public ServerConfig {
    Checks.notNegative("server_lifetime", lifetime);
    Checks.notNegative("server_idle_timeout", idleTimeout);
    Checks.notNegative("server_connect_timeout", connectTimeout);
    Checks.notNegative("server_login_retry", loginRetry);
    Checks.notNegative("server_check_delay", checkDelay);
  }

  /** Whether connections are checked before they are handed out. */
  public boolean checks() {
    return !checkQuery.isEmpty();
  }

  /** The SQL of the check; only when {@link #checks()}. */
  public String checkSql() {
    return checkQuery.equals(EMPTY_QUERY) ? "" : checkQuery;
  }
}
