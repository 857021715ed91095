package dev.howdah.cli.serve;

/**
 * What the command line says beyond the configuration.
 *
 * @param daemon we run in the background, so the configuration must say where the log goes
 * @param takeOver replace the process that runs with the same configuration
 */
public record ServeOptions(boolean daemon, boolean takeOver) {

  /** In the foreground, replacing nobody. */
  public static final ServeOptions NONE = new ServeOptions(false, false);
}
