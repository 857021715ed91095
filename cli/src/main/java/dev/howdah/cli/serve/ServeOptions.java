package dev.howdah.cli.serve;

import dev.howdah.pooler.listen.PassedSocket;
import java.util.List;

/**
 * What the command line says beyond the configuration.
 *
 * @param daemon we run in the background, so the configuration must say where the log goes
 * @param takeOver replace the process that runs with the same configuration
 * @param sockets on which systemd listens for us; empty to listen by ourselves
 */
public record ServeOptions(boolean daemon, boolean takeOver, List<PassedSocket> sockets) {

  /** In the foreground, replacing nobody. */
  public static final ServeOptions NONE = new ServeOptions(false, false, List.of());

  public ServeOptions {
    sockets = List.copyOf(sockets);
  }
}
