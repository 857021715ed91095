package dev.howdah.failover.act;

import dev.howdah.failover.observe.NodeCredentials;
import java.time.Duration;
import java.util.Optional;

/**
 * How actions reach nodes.
 *
 * @param node who promotes, fences and changes settings
 * @param replicationUser who standbys log in as
 * @param replicationPassword absent when the server asks for none
 * @param replicationOptions what else {@code primary_conninfo} shall hold, as it stands there
 * @param fenceCommand run by a shell when a node must not be written to any more
 * @param rejoinCommand run by a shell when a node has to become a standby again
 * @param hookTimeout how long either may take
 */
public record ActionSettings(
    NodeCredentials node,
    String replicationUser,
    Optional<String> replicationPassword,
    String replicationOptions,
    Optional<String> fenceCommand,
    Optional<String> rejoinCommand,
    Duration hookTimeout) {

  /** Without further options of replication. */
  public ActionSettings(
      NodeCredentials node,
      String replicationUser,
      Optional<String> replicationPassword,
      Optional<String> fenceCommand,
      Optional<String> rejoinCommand,
      Duration hookTimeout) {
    this(node, replicationUser, replicationPassword, "", fenceCommand, rejoinCommand, hookTimeout);
  }

  /** Leaves passwords and commands out. */
  @Override
  public String toString() {
    return "ActionSettings[node=" + node + ", replicationUser=" + replicationUser + "]";
  }
}
