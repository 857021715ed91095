package dev.howdah.failover.observe;

import java.util.Optional;

/**
 * How a probe logs in.
 *
 * @param user a role with {@code pg_monitor}; without it some positions of standbys stay unseen
 * @param password absent when the server asks for none
 * @param database any database it may connect to
 * @param tls encryption
 */
public record NodeCredentials(
    String user, Optional<String> password, String database, NodeTls tls) {

  /** Encrypted if the node can do it. */
  public NodeCredentials(String user, Optional<String> password, String database) {
    this(user, password, database, NodeTls.PREFERRED);
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "NodeCredentials[user=" + user + ", database=" + database + "]";
  }
}
