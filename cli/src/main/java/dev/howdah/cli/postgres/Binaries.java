package dev.howdah.cli.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The programs of one PostgreSQL version.
 *
 * @param directory holds at least {@code postgres}, {@code initdb} and {@code pg_ctl}
 */
public record Binaries(Path directory) {

  private static final Pattern FIRST_NUMBER = Pattern.compile("[0-9]+");

  /**
   * The programs on our class path, unpacked into the user's cache when they are used for the first
   * time. They lack {@code psql}, {@code pgbench}, {@code pg_basebackup} and {@code pg_rewind}.
   *
   * @throws PostgresException if there are none for this processor or the cache cannot be written
   */
  public static Binaries embedded() {
    Archive archive = Archive.forThisMachine();
    return new Binaries(BinaryCache.ofThisUser().unpacked(archive).resolve("bin"));
  }

  /** The programs of Debian's package {@code postgresql-MAJOR}; empty where it is not installed. */
  public static Optional<Binaries> installed(int major) {
    Path directory = Path.of("/usr/lib/postgresql", Integer.toString(major), "bin");
    return Files.isExecutable(directory.resolve("initdb"))
        ? Optional.of(new Binaries(directory))
        : Optional.empty();
  }

  /**
   * The path of one program.
   *
   * @throws PostgresException if these binaries do not have it
   */
  public Path program(String name) {
    Path program = directory.resolve(name);
    if (!Files.isExecutable(program)) {
      throw new PostgresException("no program " + name + " in " + directory);
    }
    return program;
  }

  /** The major version, asked of {@code postgres --version}. */
  int major(Commands commands) {
    String answer = commands.run(program("postgres").toString(), "--version");
    Matcher version = FIRST_NUMBER.matcher(answer);
    if (!version.find()) {
      throw new PostgresException("no version in \"" + answer.strip() + "\"");
    }
    return Integer.parseInt(version.group());
  }
}
