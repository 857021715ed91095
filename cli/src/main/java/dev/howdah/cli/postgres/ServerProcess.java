package dev.howdah.cli.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The postmaster of one folder: started as our child, watched through its pid file. */
final class ServerProcess {

  // Below the ephemeral range of Linux (32768 up), where a port may be taken at any moment.
  private static final int PORT_MIN = 15_000;
  private static final int PORT_MAX = 32_000;
  private static final int PORT_TRIES = 5;
  private static final int STATUS_LINE = 7; // LOCK_FILE_LINE_PM_STATUS of PostgreSQL, from zero
  private static final long POLL_NANOS = Duration.ofMillis(10).toNanos();

  private final ServerFolder folder;
  private final Duration deadline;
  private final int major;
  private volatile int port;
  private volatile @Nullable Process process;
  private boolean closed;

  ServerProcess(ServerFolder folder, Duration deadline) {
    this.folder = folder;
    this.deadline = deadline;
    this.major = folder.binaries().major(folder.commands());
  }

  int port() {
    return port;
  }

  int major() {
    return major;
  }

  long pid() {
    Process running = process;
    if (running == null) {
      throw new PostgresException("the server in " + folder.root() + " was never started");
    }
    return running.pid();
  }

  boolean isRunning() {
    Process running = process;
    return running != null && running.isAlive();
  }

  /** Starts on a free port; tries another when somebody was faster. */
  void start(PostgresOptions options) {
    for (int attempt = 1; ; attempt++) {
      port = freePort();
      try {
        startAgain(options);
        return;
      } catch (PostgresException e) {
        if (attempt == PORT_TRIES || !folder.logTail().contains("could not bind")) {
          throw e;
        }
      }
    }
  }

  /** Starts on the port of last time and waits until it accepts connections. */
  synchronized void startAgain(PostgresOptions options) {
    if (closed) {
      throw new PostgresException("the server in " + folder.root() + " is closed");
    }
    if (isRunning()) {
      return;
    }
    folder.configure(options, port);
    String postgres = folder.binaries().program("postgres").toString();
    Process started =
        folder
            .commands()
            .startServer(
                List.of(postgres, "-D", folder.dataDirectory().toString()), folder.logFile());
    process = started;
    boolean ready = false;
    try {
      awaitReady(started);
      ready = true;
    } finally {
      if (!ready) {
        stop(StopMode.IMMEDIATE);
      }
    }
  }

  synchronized void stop(StopMode mode) {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    try {
      String seconds = Long.toString(Math.max(1, deadline.toSeconds()));
      String pgCtl = folder.binaries().program("pg_ctl").toString();
      String data = folder.dataDirectory().toString();
      folder.commands().run(pgCtl, "stop", "-D", data, "-m", mode.word(), "-t", seconds, "-s");
    } catch (PostgresException e) {
      if (running.isAlive()) {
        throw e;
      }
    }
    try {
      if (!running.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new PostgresException("the server in " + folder.root() + " does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresException("interrupted while a server stopped", e);
    }
  }

  /** Stops, by force if need be; it cannot be started again. */
  synchronized void stopForGood() {
    closed = true;
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    try {
      stop(StopMode.IMMEDIATE);
    } catch (PostgresException _) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    }
  }

  private void awaitReady(Process started) {
    long startedAt = System.nanoTime();
    Path pidFile = folder.dataDirectory().resolve("postmaster.pid");
    while (!isReady(pidFile)) {
      if (!started.isAlive()) {
        throw new PostgresException(
            "PostgreSQL ended while starting, its log says:\n" + folder.logTail());
      }
      if (System.nanoTime() - startedAt > deadline.toNanos()) {
        throw new PostgresException(
            "PostgreSQL did not accept connections within "
                + deadline.toSeconds()
                + " s, its log says:\n"
                + folder.logTail());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** What pg_ctl looks at, too: the last line of the pid file says when clients may come. */
  private static boolean isReady(Path pidFile) {
    try {
      List<String> lines = Files.readAllLines(pidFile, StandardCharsets.UTF_8);
      return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
    } catch (IOException _) {
      return false; // not written yet
    }
  }

  private static int freePort() {
    int candidate = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
    while (!isFree(candidate)) {
      candidate = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
    }
    return candidate;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
