package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The process itself.
 *
 * @param user whom a process that was started by root becomes; empty to stay who it is
 * @param pidFile written at start and removed at the end; empty for none
 * @param eventLoops threads that serve connections; zero for one per core
 * @param transport which kernel interface moves the bytes
 * @param drainTimeout how long SIGTERM lets transactions run; zero for as long as they like
 * @param reloadOnChange whether a change of any file that was read leads to a reload
 */
public record ProcessConfig(
    Optional<String> user,
    Optional<Path> pidFile,
    int eventLoops,
    IoTransport transport,
    Duration drainTimeout,
    boolean reloadOnChange) {

  public ProcessConfig {
    Checks.atLeast("event_loops", eventLoops, 0);
  }
}
