package dev.howdah.pooler;

import dev.howdah.pooler.config.ConfigException;
import dev.howdah.pooler.config.ConfigLoader;
import dev.howdah.pooler.config.LoadedConfig;
import dev.howdah.pooler.config.PoolerConfig;
import dev.howdah.pooler.config.UserList;
import dev.howdah.pooler.live.LiveConfig;
import dev.howdah.pooler.live.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Configurations for tests, read as from a file. */
public final class TestConfig {
  private TestConfig() {}

  /** That configuration in force, without users and encryption. */
  public static LiveConfig live(PoolerConfig config) {
    return live(config, UserList.EMPTY);
  }

  /** That configuration in force, with these users and without encryption. */
  public static LiveConfig live(PoolerConfig config, UserList users) {
    return new LiveConfig(new Snapshot(config, users, null, null));
  }

  /** One database {@code erp}, and these lines in {@code [pgbouncer]}. */
  public static PoolerConfig withMain(String lines) {
    return loaded(lines).config();
  }

  /** The same, as a pooler is started with. */
  public static LoadedConfig loaded(String lines) {
    try {
      Path file = Files.createTempFile("howdah", ".ini");
      try {
        Files.writeString(
            file, "[databases]\nerp = host=127.0.0.1 port=5432\n[pgbouncer]\n" + lines);
        return ConfigLoader.load(file, _ -> null);
      } finally {
        Files.delete(file);
      }
    } catch (IOException | ConfigException e) {
      throw new AssertionError(e);
    }
  }
}
