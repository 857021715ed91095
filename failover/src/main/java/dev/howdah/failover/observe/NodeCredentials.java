package dev.howdah.failover.observe;

import java.util.Optional;

/**
 * How a probe logs in.
 *
 * @param user a role with {@code pg_monitor}; without it some positions of standbys stay unseen
 * @param password absent when the server asks for none
 * @param database any database it may connect to
 */
public record NodeCredentials(String user, Optional<String> password, String database) {

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "NodeCredentials[user=" + user + ", database=" + database + "]";
  }
}
