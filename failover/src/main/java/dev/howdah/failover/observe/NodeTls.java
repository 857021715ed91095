package dev.howdah.failover.observe;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * Encryption towards the nodes.
 *
 * @param mode as libpq's {@code sslmode} (docs: "SSL Support")
 * @param authorities who may have signed the nodes' certificates, in PEM; absent for the driver's
 *     default
 */
public record NodeTls(String mode, Optional<Path> authorities) {

  /** Encrypted if the node can do it. */
  public static final NodeTls PREFERRED = new NodeTls("prefer", Optional.empty());

  /** Adds what the driver wants to hear. */
  public void addTo(Properties properties) {
    properties.setProperty("sslmode", mode);
    authorities.ifPresent(file -> properties.setProperty("sslrootcert", file.toString()));
  }
}
