package dev.howdah.cli.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs as the server's user, with a deadline.
 *
 * <p>Processes are started by one thread that lives as long as the JVM: the parent-death signal of
 * a server fires when the thread that started it ends, not the process.
 */
final class Commands {

  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("postgres-starter").factory());

  private final ServerUser user;
  private final Duration deadline;

  Commands(ServerUser user, Duration deadline) {
    this.user = user;
    this.deadline = deadline;
  }

  /** Whom the programs run as. */
  ServerUser user() {
    return user;
  }

  /**
   * Runs a program to its end and returns what it printed on both streams.
   *
   * @throws PostgresException if it fails or outlives the deadline; the message holds its output
   */
  String run(String... command) {
    Path output = temporaryFile();
    try {
      Process process = start(user.command(List.of(command)), output);
      awaitEnd(process, command[0]);
      String printed = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new PostgresException(
            String.join(" ", command) + " failed with " + process.exitValue() + ":\n" + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new PostgresException("cannot read the output of " + command[0], e);
    } finally {
      deleteQuietly(output);
    }
  }

  /** Starts a server and returns at once; it goes on until it is stopped. */
  Process startServer(List<String> command, Path log) {
    return start(user.serverCommand(command), log);
  }

  private static Process start(List<String> command, Path output) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile()) // our own folder may be closed to the server's user
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    // Whatever PGDATA, PGPORT and so on the caller has set is not about our servers.
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    try {
      return STARTER.submit(builder::start).get();
    } catch (ExecutionException e) {
      throw new PostgresException("cannot start " + String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresException("interrupted while starting " + command.getFirst(), e);
    }
  }

  private void awaitEnd(Process process, String name) {
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new PostgresException(name + " did not end within " + deadline.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new PostgresException("interrupted while waiting for " + name, e);
    }
  }

  private static Path temporaryFile() {
    try {
      return Files.createTempFile("howdah-", ".out");
    } catch (IOException e) {
      throw new PostgresException("cannot write to the temporary folder", e);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new PostgresException("cannot delete " + file, e);
    }
  }
}
