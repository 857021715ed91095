package dev.howdah.it.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A terminal that a test can type into and look at: a server of tmux's own. One thread. */
final class Tmux implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/tmux");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path socket;

  private Tmux(Path socket) {
    this.socket = socket;
  }

  static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /** A terminal of this size with a command in it; it stays when the command ends. */
  static Tmux start(Path folder, int columns, int rows, List<String> command)
      throws IOException, InterruptedException {
    Tmux tmux = new Tmux(folder.resolve("tmux"));
    List<String> quoted =
        command.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").toList();
    tmux.run(
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-x",
        "" + columns,
        "-y",
        "" + rows,
        "sh -c \"trap : INT; "
            + String.join(" ", quoted).replace("\"", "\\\"").replace("$", "\\$")
            + "; echo ended with \\$?; stty -a | grep -q ' echo ' && echo all as it was; sleep 60\"");
    return tmux;
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "-S", socket.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + said);
    }
    return said;
  }

  /** Presses keys: letters, or names such as Enter. */
  void press(String... keys) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("send-keys"));
    command.addAll(List.of(keys));
    run(command.toArray(String[]::new));
  }

  /** Makes the window this large. */
  void resize(int columns, int rows) throws IOException, InterruptedException {
    run("resize-window", "-x", "" + columns, "-y", "" + rows);
  }

  /** Waits until the screen is as wanted, and returns it. */
  String await(String what, Predicate<String> wanted) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String screen = "";
    while (System.nanoTime() - end < 0) {
      screen = run("capture-pane", "-p");
      if (wanted.test(screen)) {
        return screen;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("never " + what + "; the screen is\n" + screen);
  }

  @Override
  public void close() throws IOException {
    try {
      run("kill-server");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
