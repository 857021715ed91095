package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where clients connect.
 *
 * @param addresses names or addresses for TCP; {@code *} is every address; empty for no TCP
 * @param port for TCP, and in the name of the socket file
 * @param backlog connections the kernel keeps before they are accepted
 * @param unixSocketDirectory where our socket file is made; empty for none
 * @param unixSocketMode its permission bits
 * @param unixSocketGroup its group; empty to leave it
 * @param reusePort whether other processes may listen on the same TCP port
 * @param deferAccept whether the kernel holds a TCP connection back until its first bytes arrive
 */
public record ListenConfig(
    List<String> addresses,
    int port,
    int backlog,
    Optional<Path> unixSocketDirectory,
    int unixSocketMode,
    Optional<String> unixSocketGroup,
    boolean reusePort,
    boolean deferAccept) {

  public ListenConfig {
    addresses = List.copyOf(addresses);
    Checks.atLeast("listen_port", port, 0);
    Checks.atLeast("listen_backlog", backlog, 1);
  }
}
