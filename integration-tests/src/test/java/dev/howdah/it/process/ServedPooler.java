package dev.howdah.it.process;

import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code howdah serve} as an operator starts it: by its launcher, in a folder without sources, so
 * that nothing is built. One thread.
 */
final class ServedPooler implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private final Path folder;
  private final Path launcher;
  private final Path ini;
  private final int port;
  private final Map<String, String> environment = new HashMap<>();
  private final List<Process> started = new ArrayList<>();

  /** Before the database of {@code server}, in an empty folder; not started yet. */
  ServedPooler(Path folder, Target server, String... lines) throws IOException {
    this.folder = folder;
    this.port = freePort();
    this.launcher = installIn(folder.resolve("home"));
    Path auth = Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n");
    Path sockets = Files.createDirectory(folder.resolve("s"));
    this.ini =
        Files.writeString(
            folder.resolve("howdah.ini"),
            """
            [databases]
            %s
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir = %s
            server_tls_sslmode = disable
            auth_type = trust
            auth_file = %s
            admin_users = postgres
            pool_mode = transaction
            default_pool_size = 4
            %s
            """
                .formatted(
                    TestPooler.entry(server), port, sockets, auth, String.join("\n", lines)));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The launcher beside the libraries that this build has just made. */
  private static Path installIn(Path home) throws IOException {
    Path here = Path.of("").toAbsolutePath();
    // Maven runs tests in the folder of their module.
    Path root = Files.exists(here.resolve("howdah")) ? here : here.resolve("..").normalize();
    Path built = Files.createDirectories(home.resolve("cli/target/howdah"));
    Files.createSymbolicLink(built.resolve("lib"), root.resolve("cli/target/howdah/lib"));
    Files.writeString(built.resolve("built"), "");
    Files.createDirectory(home.resolve(".mvn"));
    Files.copy(root.resolve(".mvn/find-jdk.bash"), home.resolve(".mvn/find-jdk.bash"));
    return Files.copy(
        root.resolve("howdah"), home.resolve("howdah"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** With one more environment variable. */
  ServedPooler with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Starts the launcher with these options of {@code serve}; its output goes to {@link #log}. */
  Process launch(String... options) throws IOException {
    return launchBy(List.of(), options);
  }

  /** The same by a program that runs what stands behind its own arguments. */
  Process launchBy(List<String> program, String... options) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("bash", launcher.toString(), "serve"));
    command.addAll(List.of(options));
    command.add(ini.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** Starts it and waits until clients can connect. */
  Process start(String... options) throws IOException {
    long before = ups();
    Process process = launch(options);
    await().atMost(START_MAX).until(() -> !process.isAlive() || ups() > before);
    if (!process.isAlive()) {
      throw new AssertionError("the pooler did not start:\n" + log());
    }
    return process;
  }

  private long ups() {
    return log().lines().filter(line -> line.contains("process up: ")).count();
  }

  private Path logFile() {
    return folder.resolve("log");
  }

  /** What it logged to standard error, of all starts. */
  String log() {
    try {
      return Files.exists(logFile()) ? Files.readString(logFile()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line. */
  void awaitLog(String part) {
    await().atMost(Duration.ofSeconds(20)).until(() -> log().contains(part));
  }

  Target target(Target server) {
    return new Target(
        new Endpoint("127.0.0.1", port), server.database(), server.user(), server.password());
  }

  /** The same on the Unix-domain socket. */
  Path sockets() {
    return folder.resolve("s");
  }

  int port() {
    return port;
  }

  static void signal(long pid, String name) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    if (code != 0) {
      throw new AssertionError("kill -" + name + " " + pid + " ended with " + code);
    }
  }

  static void signal(Process process, String name) throws IOException, InterruptedException {
    signal(process.pid(), name);
  }

  /** Waits for the end of a process. */
  int exitCode(Process process, int secondsMax) throws InterruptedException {
    if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
      throw new AssertionError("still there after " + secondsMax + " s:\n" + log());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    for (Process process : started) {
      process.destroyForcibly().onExit().join();
    }
    try {
      Files.delete(launcher.resolveSibling("cli/target/howdah/lib")); // a link, not for others
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
