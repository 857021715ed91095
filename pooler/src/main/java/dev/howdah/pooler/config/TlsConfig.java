package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Encryption on one side of the pooler: towards clients, or towards servers. The files are read
 * together with the configuration, and not at all with {@link TlsMode#DISABLE}.
 *
 * @param keyFile our private key, in PEM
 * @param certFile our certificate and those above it, in PEM
 * @param caFile the certificates of the authorities we trust, in PEM
 * @param protocols the versions that may be spoken, as the JDK names them
 * @param ciphers the cipher suites that may be used below TLS 1.3; empty for all good ones
 * @param material what the files hold
 * @param direct towards servers: whether TLS begins at once, without asking for it
 */
public record TlsConfig(
    TlsMode mode,
    Optional<Path> keyFile,
    Optional<Path> certFile,
    Optional<Path> caFile,
    List<String> protocols,
    List<TlsCipher> ciphers,
    TlsMaterial material,
    boolean direct) {

  /** The versions that are sound today; {@code secure} in the file. */
  public static final List<String> SECURE_PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

  /** No encryption. */
  public static final TlsConfig DISABLED =
      new TlsConfig(
          TlsMode.DISABLE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          SECURE_PROTOCOLS,
          List.of(),
          TlsMaterial.NONE,
          false);

  public TlsConfig {
    protocols = List.copyOf(protocols);
    ciphers = List.copyOf(ciphers);
  }

  /** Whether there may be encryption at all. */
  public boolean isEnabled() {
    return mode != TlsMode.DISABLE;
  }
}
