package dev.howdah.pooler.config;

import java.util.Optional;

/**
 * Which servers a database's sessions go to.
 *
 * @param cluster the nodes its server connections go to; empty for the hosts of the entry itself
 * @param target what its sessions ask for unless they say otherwise
 */
public record Placement(Optional<String> cluster, Target target) {
  /** The hosts of the entry, whatever they are. */
  public static final Placement HOSTS = new Placement(Optional.empty(), Target.PRIMARY);
}
