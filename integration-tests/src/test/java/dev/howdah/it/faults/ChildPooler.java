package dev.howdah.it.faults;

import static org.awaitility.Awaitility.await;

import dev.howdah.it.fixture.Target;
import dev.howdah.it.fixture.TestPooler;
import dev.howdah.topology.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A pooler in a Java machine of its own, under limits that would not suit this one. */
public final class ChildPooler implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on /127\\.0\\.0\\.1:(\\d+)");
  private static final Duration START_MAX = Duration.ofSeconds(30);

  private final Process process;
  private final Path log;
  private int port;

  private ChildPooler(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one before the database of {@code server}.
   *
   * @param openFiles its limit of file descriptors
   */
  public static ChildPooler start(
      Path folder, Target server, int openFiles, List<String> javaOptions, String... lines)
      throws IOException {
    Path auth = Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n");
    Path ini =
        Files.writeString(
            folder.resolve("child.ini"),
            """
            [databases]
            %s
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = 0
            unix_socket_dir =
            server_tls_sslmode = disable
            auth_type = trust
            auth_file = %s
            %s
            """
                .formatted(TestPooler.entry(server), auth, String.join("\n", lines)));
    List<String> command = new ArrayList<>();
    command.add("bash");
    command.add("-c");
    command.add("ulimit -n " + openFiles + "; exec \"$@\"");
    command.add("pooler");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:-MaxFDLimit");
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.howdah.cli.Main", "serve", ini.toString()));
    Path log = folder.resolve("child.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    ChildPooler child = new ChildPooler(process, log);
    await().atMost(START_MAX).until(() -> !process.isAlive() || child.portFromLog() != null);
    Integer found = child.portFromLog();
    if (found == null) {
      throw new AssertionError("the pooler did not start:\n" + child.log());
    }
    child.port = found;
    return child;
  }

  private @Nullable Integer portFromLog() throws IOException {
    Matcher matcher = LISTENING.matcher(log());
    return matcher.find() ? Integer.valueOf(matcher.group(1)) : null;
  }

  /** Everything it has logged. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** How to reach, through it, the database that {@code server} reaches directly. */
  public Target target(Target server) {
    return new Target(
        new Endpoint("127.0.0.1", port), server.database(), server.user(), server.password());
  }

  /** Sends it a signal, such as HUP. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** What the kernel says it has in memory, in bytes. */
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new AssertionError("no VmRSS");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
