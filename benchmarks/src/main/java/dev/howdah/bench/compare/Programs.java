package dev.howdah.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs that take part, and how each is started. */
final class Programs {
  private static final String UNPRIVILEGED = "nobody";
  private static final String UNPRIVILEGED_GROUP = "nogroup";
  private static final int COMMAND_SECONDS_MAX = 600; // ./howdah may have to build first

  private Programs() {}

  /**
   * Debian's PgBouncer.
   *
   * @throws IOException that tells how to install it
   */
  static Path pgBouncer() throws IOException {
    Stream<String> folders =
        Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)),
            Stream.of("/usr/sbin"));
    Optional<Path> found =
        folders
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, "pgbouncer"))
            .filter(Files::isExecutable)
            .findFirst();
    return found.orElseThrow(() ->
        new IOException(
            "PgBouncer is missing. Install it, as root:\n"
                + "  apt-get install --no-install-recommends pgbouncer"));
  }

  /** Starts PgBouncer; not as root, which it refuses to be. */
  static List<String> pgBouncerCommand(Path program, Path ini) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.add("setpriv");
      command.add("--reuid=" + UNPRIVILEGED);
      command.add("--regid=" + UNPRIVILEGED_GROUP);
      command.add("--clear-groups");
    }
    command.addAll(List.of(program.toString(), "-q", ini.toString()));
    return command;
  }

  static List<String> howdahCommand(Path program, Path ini) {
    return List.of(program.toString(), "serve", "-q", ini.toString());
  }

  /** A program of ours, on the class path of this one. */
  static List<String> java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-Xmn32m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The first line that a command prints; an empty text if it fails. */
  static String firstLine(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroy();
        return "";
      }
      return output.lines().findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
