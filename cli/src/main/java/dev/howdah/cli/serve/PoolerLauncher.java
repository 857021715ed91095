package dev.howdah.cli.serve;

import java.nio.file.Path;

/** Starts the pooler that a configuration file describes. */
public interface PoolerLauncher {

  /**
   * Reads the file, opens the listeners and returns once clients may connect.
   *
   * @throws LaunchException if the file is wrong or a listener cannot be opened
   */
  RunningPooler launch(Path configuration) throws LaunchException;

  /**
   * The same with what the command line adds.
   *
   * @throws LaunchException also if this launcher cannot do what the options ask
   */
  default RunningPooler launch(Path configuration, ServeOptions options) throws LaunchException {
    if (!options.equals(ServeOptions.NONE)) {
      throw new LaunchException("this pooler takes no options");
    }
    return launch(configuration);
  }

  /** Whether many clients share few server connections; a server must then allow only the few. */
  default boolean sharesServerConnections() {
    return true;
  }
}
