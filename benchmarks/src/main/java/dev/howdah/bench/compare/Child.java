package dev.howdah.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A process that we started and will stop, by its id and nothing else. */
final class Child implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int STOP_SECONDS_MAX = 10;
  private static final int POLL_MILLIS = 50;
  private static final int PORT_MIN = 15_000;
  private static final int PORT_MAX = 32_000; // below the ports that clients get

  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
  }

  /** Starts a command whose output goes to a file. Its input stays open as long as we live. */
  static Child start(String name, List<String> command, Path log) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Child(name, process, log);
  }

  /** Starts a command to talk with over its input and output. */
  static Child startTalking(String name, List<String> command, Path errors) throws IOException {
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    return new Child(name, process, errors);
  }

  /** A port of 127.0.0.1 that nobody listens on right now. */
  static int freePort() throws IOException {
    IOException reason = new IOException("not tried");
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
      try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException taken) {
        reason = taken;
      }
    }
    throw new IOException("no free port between " + PORT_MIN + " and " + PORT_MAX, reason);
  }

  /** Waits until the process accepts connections. */
  Child awaitPort(int port) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() - deadline < 0) {
      if (!process.isAlive()) {
        throw new IOException(name + " ended at once:\n" + tail());
      }
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return this;
      } catch (IOException notYet) {
        Thread.sleep(POLL_MILLIS);
      }
    }
    throw new IOException(name + " did not listen within " + START_MAX + ":\n" + tail());
  }

  long pid() {
    return process.pid();
  }

  Process process() {
    return process;
  }

  /** The end of what it wrote. */
  String tail() {
    try {
      String text = Files.readString(log, StandardCharsets.UTF_8);
      return text.substring(Math.max(0, text.length() - 2000));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
