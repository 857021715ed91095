package dev.howdah.cli.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service stands, by the protocol of sd_notify(3). Without systemd it does
 * nothing. Safe for all threads, never blocks.
 */
public final class ServiceManager {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

  private final @Nullable UnixDatagram socket;
  private final Optional<Duration> watchdog;

  private ServiceManager(@Nullable UnixDatagram socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /** The one that {@code NOTIFY_SOCKET} and {@code WATCHDOG_USEC} name. */
  public static ServiceManager of(Map<String, String> environment) {
    String path = environment.get("NOTIFY_SOCKET");
    if (path == null || path.isEmpty()) {
      return new ServiceManager(null, Optional.empty());
    }
    try {
      return new ServiceManager(new UnixDatagram(path), watchdog(environment));
    } catch (IOException e) {
      LOG.warn("NOTIFY_SOCKET = {}: {}", path, e.getMessage());
      return new ServiceManager(null, Optional.empty());
    }
  }

  private static Optional<Duration> watchdog(Map<String, String> environment) {
    String pid = environment.getOrDefault("WATCHDOG_PID", "");
    if (!pid.isEmpty() && !pid.equals(Long.toString(ProcessHandle.current().pid()))) {
      return Optional.empty();
    }
    try {
      long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
      return micros > 0
          ? Optional.of(Duration.of(micros, TimeUnit.MICROSECONDS.toChronoUnit()))
          : Optional.empty();
    } catch (NumberFormatException e) {
      LOG.warn("WATCHDOG_USEC is no number");
      return Optional.empty();
    }
  }

  /** Whether there is one to tell. */
  public boolean isPresent() {
    return socket != null;
  }

  /** How often {@link #alive} has to be called, at least; empty if never. */
  public Optional<Duration> watchdog() {
    return watchdog;
  }

  /** Clients may connect; also the end of a reload. */
  public void ready() {
    tell("READY=1");
  }

  /** A reload begins; {@link #ready} ends it (Type=notify-reload). */
  public void reloading() {
    tell("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1_000);
  }

  /** The end has begun. */
  public void stopping() {
    tell("STOPPING=1\nSTATUS=shutting down");
  }

  /** One line for {@code systemctl status}. */
  public void status(String line) {
    tell("STATUS=" + line);
  }

  /** The service works. */
  public void alive() {
    tell("WATCHDOG=1");
  }

  private void tell(String state) {
    if (socket == null) {
      return;
    }
    try {
      socket.send(state.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.warn("systemd was not told {}: {}", state.lines().findFirst().orElse(""), e.getMessage());
    }
  }
}
