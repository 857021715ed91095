package dev.howdah.pooler.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that can be used.
 *
 * @param config what the file says
 * @param users what {@code auth_file} says
 * @param warnings what the operator should know although it is no error, one sentence each
 * @param files what was read, and how it was then
 * @param origin where all that comes from, for reading it again
 */
public record LoadedConfig(
    PoolerConfig config,
    UserList users,
    List<String> warnings,
    Map<Path, FileStamp> files,
    Origin origin) {

  public LoadedConfig {
    warnings = List.copyOf(warnings);
    files = Map.copyOf(files);
  }

  /** The main file and what its main section holds. */
  public static final class Origin {
    private final Path file;
    private final Function<String, @Nullable String> environment;
    private final Settings main;

    Origin(Path file, Function<String, @Nullable String> environment, Settings main) {
      this.file = file;
      this.environment = environment;
      this.main = main;
    }

    /** The main file. */
    public Path file() {
      return file;
    }

    Function<String, @Nullable String> environment() {
      return environment;
    }

    /** Not to be changed any more. */
    Settings main() {
      return main;
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }
}
