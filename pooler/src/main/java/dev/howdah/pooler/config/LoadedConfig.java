package dev.howdah.pooler.config;

import java.util.List;

/**
 * A configuration that can be used.
 *
 * @param config what the file says
 * @param warnings what the operator should know although it is no error, one sentence each
 */
public record LoadedConfig(PoolerConfig config, List<String> warnings) {

  public LoadedConfig {
    warnings = List.copyOf(warnings);
  }
}
