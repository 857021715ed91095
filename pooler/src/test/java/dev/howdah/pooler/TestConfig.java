package dev.howdah.pooler;

import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.PoolerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Configurations for tests, read as from a file. */
public final class TestConfig {
  private TestConfig() {}

  /** One database {@code erp}, and these lines in {@code [pgbouncer]}. */
  public static PoolerConfig withMain(String lines) {
    try {
      Path file = Files.createTempFile("howdah", ".ini");
      try {
        Files.writeString(
            file, "[databases]\nerp = host=127.0.0.1 port=5432\n[pgbouncer]\n" + lines);
        return ConfigLoader.load(file, _ -> null).config();
      } finally {
        Files.delete(file);
      }
    } catch (IOException | ConfigException e) {
      throw new AssertionError(e);
    }
  }
}
